package io.fibrpc.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.CallFuture;
import io.rabbitrpc.client.RpcClientProperties.Retry;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Makes a call again that ended {@link RpcStatus#UNAVAILABLE} or
 * {@link RpcStatus#RESOURCE_EXHAUSTED}, within the deadline of the first. It does so even
 * if the call may have run: fib is pure, so running it twice does no harm. When no time
 * is left for another attempt, the call ends as the last one did.
 */
final class RetryingFibonacciClient implements FibonacciClient {

	private static final Set<RpcStatus> REPEATABLE = Set.of(RpcStatus.UNAVAILABLE, RpcStatus.RESOURCE_EXHAUSTED);

	private static final double MULTIPLIER = 2;

	private static final Duration SHORTEST_DEADLINE = Duration.ofMillis(1);

	private final FibonacciClient client;

	private final RetryPolicy policy;

	private final Runnable retried;

	private final LongSupplier nanoTime;

	/**
	 * Creates a client.
	 * @param client makes each attempt
	 * @param retry how often, and after what time
	 * @param retried told of each attempt but the first
	 * @param nanoTime the time in nanoseconds, as {@link System#nanoTime()} gives it
	 */
	RetryingFibonacciClient(FibonacciClient client, Retry retry, Runnable retried, LongSupplier nanoTime) {
		this.client = client;
		this.policy = RetryPolicy.builder()
			.maxRetries(retry.maxAttempts() - 1)
			.delay(retry.backoff())
			.jitter(retry.backoff().dividedBy(2))
			.multiplier(MULTIPLIER)
			.predicate((ex) -> ex instanceof RpcException outcome && REPEATABLE.contains(outcome.status()))
			.build();
		this.retried = retried;
		this.nanoTime = nanoTime;
	}

	@Override
	public Duration deadline() {
		return this.client.deadline();
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		Attempts attempts = new Attempts(deadline);
		while (true) {
			try {
				return this.client.request(n, attempts.left);
			}
			catch (RpcException ex) {
				if (!attempts.awaitNext(ex)) {
					throw ex;
				}
			}
		}
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		CallFuture<FibonacciReply> result = new CallFuture<>();
		attempt(n, new Attempts(deadline), result);
		return result;
	}

	private void attempt(int n, Attempts attempts, CallFuture<FibonacciReply> result) {
		CompletableFuture<FibonacciReply> call = this.client.requestAsync(n, attempts.left);
		result.onCancel(() -> call.cancel(false));
		call.whenComplete((reply, failure) -> {
			if (failure == null) {
				result.complete(reply);
				return;
			}
			long millis = attempts.delayMillis(failure);
			if (millis == BackOffExecution.STOP) {
				result.completeExceptionally(failure);
				return;
			}
			Executor later = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
			later.execute(() -> {
				if (result.isDone()) {
					return;
				}
				if (attempts.begin()) {
					attempt(n, attempts, result);
				}
				else {
					result.completeExceptionally(failure);
				}
			});
		});
	}

	/**
	 * The attempts of one call, one after the other.
	 */
	private final class Attempts {

		private final Duration deadline;

		private final long start = RetryingFibonacciClient.this.nanoTime.getAsLong();

		private final BackOffExecution backOff = RetryingFibonacciClient.this.policy.getBackOff().start();

		// The first has the deadline as it was given: what is wrong with it, the client
		// says
		private Duration left;

		Attempts(Duration deadline) {
			this.deadline = deadline;
			this.left = deadline;
		}

		/**
		 * When the next attempt may begin.
		 * @param failure how the last one ended
		 * @return the time until then in milliseconds, or {@link BackOffExecution#STOP}
		 * if there is none
		 */
		long delayMillis(Throwable failure) {
			long millis = RetryingFibonacciClient.this.policy.shouldRetry(failure) ? this.backOff.nextBackOff()
					: BackOffExecution.STOP;
			return (millis != BackOffExecution.STOP && isEnough(left().minusMillis(millis))) ? millis
					: BackOffExecution.STOP;
		}

		/**
		 * Begins an attempt, if there still is time: a timer may be late.
		 * @return whether the attempt is to be made
		 */
		boolean begin() {
			this.left = left();
			boolean begun = isEnough(this.left);
			if (begun) {
				RetryingFibonacciClient.this.retried.run();
			}
			return begun;
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
			return this.deadline.minusNanos(RetryingFibonacciClient.this.nanoTime.getAsLong() - this.start);
		}

		private boolean isEnough(Duration time) {
			return time.compareTo(SHORTEST_DEADLINE) >= 0;
		}

	}

}
