package io.rabbitrpc.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.springframework.amqp.core.Message;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClientProperties.Retry;
import io.rabbitrpc.client.call.CallFuture;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.RpcRequest;

/**
 * Makes a call again if it ended {@link RpcStatus#UNAVAILABLE} or
 * {@link RpcStatus#RESOURCE_EXHAUSTED}. All attempts share the deadline of the first. A
 * call that may have run is made again only if it is declared idempotent. If no time is
 * left for another attempt, or too many calls to its queue have failed, the call ends
 * like its last attempt.
 */
final class RetryingCalls implements Calls {

	private static final double MULTIPLIER = 2;

	private final Calls calls;

	private final RetryPolicy policy;

	private final CallObserver observer;

	private final RetryBudget budget;

	private final CallThreads threads;

	private final LongSupplier nanoTime;

	/**
	 * Creates it.
	 * @param calls makes each attempt
	 * @param retry how often a call is made, and the time between attempts
	 * @param budget decides whether a call may be made again
	 * @param observer is told of each attempt except the first
	 * @param threads make the attempts of asynchronous calls, except the first
	 * @param nanoTime the time in nanoseconds, as {@link System#nanoTime()} gives it
	 */
	RetryingCalls(Calls calls, Retry retry, RetryBudget budget, CallObserver observer, CallThreads threads,
			LongSupplier nanoTime) {
		this.calls = calls;
		this.policy = RetryPolicy.builder()
			.maxRetries(retry.maxAttempts() - 1)
			.delay(retry.backoff())
			.jitter(retry.backoff().dividedBy(2))
			.multiplier(MULTIPLIER)
			.build();
		this.budget = budget;
		this.observer = observer;
		this.threads = threads;
		this.nanoTime = nanoTime;
	}

	@Override
	public <T> T call(RpcRequest request, Function<Message, T> reader) {
		Attempts attempts = new Attempts(request);
		while (true) {
			try {
				T value = this.calls.call(attempts.current, reader);
				this.budget.answered(request.address());
				return value;
			}
			catch (RpcException ex) {
				if (!attempts.awaitNext(ex)) {
					throw ex;
				}
			}
		}
	}

	@Override
	public <T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader) {
		CallFuture<T> result = new CallFuture<>();
		attempt(new Attempts(request), reader, result, Runnable::run);
		return result;
	}

	private <T> void attempt(Attempts attempts, Function<Message, T> reader, CallFuture<T> result, Executor callbacks) {
		CompletableFuture<T> call = this.calls.callAsync(attempts.current, reader);
		result.onCancel(() -> call.cancel(false));
		call.whenComplete((reply, failure) -> {
			if (failure == null) {
				this.budget.answered(attempts.current.address());
				result.complete(reply);
				return;
			}
			long millis = attempts.delayMillis(failure);
			if (millis == BackOffExecution.STOP) {
				callbacks.execute(() -> result.completeExceptionally(failure));
				return;
			}
			this.threads.requestLater(millis, () -> attemptAgain(attempts, reader, result, failure),
					() -> tell(result, failure));
		});
	}

	private <T> void attemptAgain(Attempts attempts, Function<Message, T> reader, CallFuture<T> result,
			Throwable failure) {
		try {
			if (result.isDone()) {
				return;
			}
			if (attempts.begin()) {
				attempt(attempts, reader, result, this.threads::tell);
			}
			else {
				tell(result, failure);
			}
		}
		catch (RuntimeException | Error ex) {
			tell(result, ex);
		}
	}

	// Code that follows the result may block. That must not hold up other requests
	private void tell(CallFuture<?> result, Throwable failure) {
		this.threads.tell(() -> result.completeExceptionally(failure));
	}

	/**
	 * The attempts of one call, one after the other.
	 */
	private final class Attempts {

		private final Duration deadline;

		private final long start = RetryingCalls.this.nanoTime.getAsLong();

		private final BackOffExecution backOff = RetryingCalls.this.policy.getBackOff().start();

		private RpcRequest current;

		Attempts(RpcRequest request) {
			this.deadline = request.deadline();
			this.current = request;
		}

		/**
		 * Decides when the next attempt may begin.
		 * @param failure how the last attempt ended
		 * @return the time until then in milliseconds, or {@link BackOffExecution#STOP}
		 * if there is none
		 */
		long delayMillis(Throwable failure) {
			if (!(failure instanceof RpcException outcome) || !isRepeatable(outcome)) {
				return BackOffExecution.STOP;
			}
			long millis = this.backOff.nextBackOff();
			Duration patience = outcome.retryAfter();
			if (millis != BackOffExecution.STOP && patience != null) {
				millis = Math.max(millis, patience.toMillis());
			}
			return (millis != BackOffExecution.STOP && isEnough(left().minusMillis(millis))) ? millis
					: BackOffExecution.STOP;
		}

		// Each failure counts, even if its call may not be made again
		private boolean isRepeatable(RpcException outcome) {
			if (!outcome.status().isTransient()) {
				if (outcome.isAnswered()) {
					RetryingCalls.this.budget.answered(this.current.address());
				}
				return false;
			}
			boolean affordable = RetryingCalls.this.budget.failed(this.current.address());
			return affordable && (this.current.idempotent() || !outcome.mayHaveRun());
		}

		/**
		 * Begins an attempt, if there is time left, because the timer may be late.
		 * @return whether the attempt is to be made
		 */
		boolean begin() {
			Duration left = left();
			if (!isEnough(left)) {
				return false;
			}
			this.current = this.current.again(left);
			RetryingCalls.this.observer.retried(this.current.address().destination());
			return true;
		}

		boolean awaitNext(RpcException failure) {
			long millis = delayMillis(failure);
			if (millis == BackOffExecution.STOP) {
				return false;
			}
			try {
				TimeUnit.MILLISECONDS.sleep(millis);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
			return begin();
		}

		private Duration left() {
			return this.deadline.minusNanos(RetryingCalls.this.nanoTime.getAsLong() - this.start);
		}

		private boolean isEnough(Duration time) {
			return time.compareTo(RpcRequest.SHORTEST_DEADLINE) >= 0;
		}

	}

}
