package io.fibrpc.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.CallFuture;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;
import org.springframework.util.backoff.BackOffExecution;

import io.fibrpc.client.FibonacciClientProperties.Retry;

/**
 * Makes a call again that ended {@link RpcStatus#UNAVAILABLE} or
 * {@link RpcStatus#RESOURCE_EXHAUSTED}, within the deadline of the first. It does so even
 * if the call may have run: fib is pure, so running it twice does no harm.
 */
final class RetryingFibonacciClient implements FibonacciClient {

	private static final Set<RpcStatus> REPEATABLE = Set.of(RpcStatus.UNAVAILABLE, RpcStatus.RESOURCE_EXHAUSTED);

	private static final double MULTIPLIER = 2;

	private final FibonacciClient client;

	private final Retry retry;

	private final Runnable retried;

	/**
	 * Creates a client.
	 * @param client makes each attempt
	 * @param retry how often, and after what time
	 * @param retried told of each attempt but the first
	 */
	RetryingFibonacciClient(FibonacciClient client, Retry retry, Runnable retried) {
		this.client = client;
		this.retry = retry;
		this.retried = retried;
	}

	@Override
	public Duration deadline() {
		return this.client.deadline();
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		long start = System.nanoTime();
		RetryTemplate template = new RetryTemplate(policy(deadline));
		template.setRetryListener(new RetryListener() {

			@Override
			public void beforeRetry(RetryPolicy policy, Retryable<?> retryable) {
				RetryingFibonacciClient.this.retried.run();
			}

		});
		return template.invoke(() -> this.client.request(n, remaining(deadline, start)));
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		long start = System.nanoTime();
		CallFuture<FibonacciReply> result = new CallFuture<>();
		RetryPolicy policy = policy(deadline);
		BackOffExecution backOff = policy.getBackOff().start();
		attempt(result, () -> this.client.requestAsync(n, remaining(deadline, start)), (failure) -> {
			long millis = policy.shouldRetry(failure) ? backOff.nextBackOff() : BackOffExecution.STOP;
			return (remaining(deadline, start).toMillis() > millis) ? millis : BackOffExecution.STOP;
		});
		return result;
	}

	private void attempt(CallFuture<FibonacciReply> result, Supplier<CompletableFuture<FibonacciReply>> request,
			ToLongFunction<Throwable> delayMillis) {
		if (result.isDone()) {
			return;
		}
		CompletableFuture<FibonacciReply> call = request.get();
		result.onCancel(() -> call.cancel(false));
		call.whenComplete((reply, failure) -> {
			if (failure == null) {
				result.complete(reply);
				return;
			}
			long millis = delayMillis.applyAsLong(failure);
			if (millis == BackOffExecution.STOP) {
				result.completeExceptionally(failure);
			}
			else {
				CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(() -> {
					this.retried.run();
					attempt(result, request, delayMillis);
				});
			}
		});
	}

	private RetryPolicy policy(Duration deadline) {
		return RetryPolicy.builder()
			.maxRetries(this.retry.maxAttempts() - 1)
			.delay(this.retry.backoff())
			.jitter(this.retry.backoff().dividedBy(2))
			.multiplier(MULTIPLIER)
			.timeout(deadline)
			.predicate((ex) -> ex instanceof RpcException outcome && REPEATABLE.contains(outcome.status()))
			.build();
	}

	private Duration remaining(Duration deadline, long start) {
		return deadline.minusNanos(System.nanoTime() - start);
	}

}
