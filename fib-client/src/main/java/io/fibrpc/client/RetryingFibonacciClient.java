package io.fibrpc.client;

import java.time.Duration;
import java.util.Set;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

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
		RetryPolicy policy = RetryPolicy.builder()
			.maxRetries(this.retry.maxAttempts() - 1)
			.delay(this.retry.backoff())
			.jitter(this.retry.backoff().dividedBy(2))
			.multiplier(MULTIPLIER)
			.timeout(deadline)
			.predicate((ex) -> ex instanceof RpcException outcome && REPEATABLE.contains(outcome.status()))
			.build();
		return new RetryTemplate(policy)
			.invoke(() -> this.client.request(n, deadline.minusNanos(System.nanoTime() - start)));
	}

}
