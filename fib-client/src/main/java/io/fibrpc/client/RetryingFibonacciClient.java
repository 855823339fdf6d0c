package io.fibrpc.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.backoff.BackOffExecution;

import io.fibrpc.client.FibonacciClientProperties.Retry;
import io.fibrpc.client.rpc.RpcException;
import io.fibrpc.protocol.RpcStatus;

/**
 * Makes a call again that ended {@link RpcStatus#UNAVAILABLE} or
 * {@link RpcStatus#RESOURCE_EXHAUSTED}, within the deadline of the first. It does so even
 * if the call may have run: fib is pure, so running it twice does no harm.
 */
final class RetryingFibonacciClient implements FibonacciClient {

	private static final Set<RpcStatus> REPEATABLE = Set.of(RpcStatus.UNAVAILABLE, RpcStatus.RESOURCE_EXHAUSTED);

	private static final double MULTIPLIER = 2;

	private final FibonacciClient client;

	private final Duration deadline;

	private final Retry retry;

	RetryingFibonacciClient(FibonacciClient client, Duration deadline, Retry retry) {
		this.client = client;
		this.deadline = deadline;
		this.retry = retry;
	}

	@Override
	public FibonacciReply request(int n) {
		return request(n, this.deadline);
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		long start = System.nanoTime();
		return new RetryTemplate(policy(deadline)).invoke(() -> this.client.request(n, remaining(deadline, start)));
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n) {
		return requestAsync(n, this.deadline);
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		long start = System.nanoTime();
		CompletableFuture<FibonacciReply> result = new CompletableFuture<>();
		RetryPolicy policy = policy(deadline);
		BackOffExecution backOff = policy.getBackOff().start();
		attempt(result, () -> this.client.requestAsync(n, remaining(deadline, start)), (failure) -> {
			long millis = policy.shouldRetry(failure) ? backOff.nextBackOff() : BackOffExecution.STOP;
			return (remaining(deadline, start).toMillis() > millis) ? millis : BackOffExecution.STOP;
		});
		return result;
	}

	private void attempt(CompletableFuture<FibonacciReply> result, Supplier<CompletableFuture<FibonacciReply>> request,
			ToLongFunction<Throwable> delayMillis) {
		if (result.isDone()) {
			return;
		}
		CompletableFuture<FibonacciReply> call = request.get();
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
				CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
					.execute(() -> attempt(result, request, delayMillis));
			}
		});
		result.whenComplete((reply, failure) -> {
			if (result.isCancelled()) {
				call.cancel(false);
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
