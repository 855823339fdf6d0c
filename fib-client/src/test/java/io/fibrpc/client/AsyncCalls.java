package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * Makes each blocking call by an asynchronous one, so that both are held to one contract.
 */
final class AsyncCalls implements FibonacciClient {

	private final FibonacciClient client;

	AsyncCalls(FibonacciClient client) {
		this.client = client;
	}

	@Override
	public Duration deadline() {
		return this.client.deadline();
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		return await(requestAsync(n, deadline));
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		return this.client.requestAsync(n, deadline);
	}

	@Override
	public Stream<BigInteger> fibonacci(IntStream numbers, int inFlight) {
		return this.client.fibonacci(numbers, inFlight);
	}

	private FibonacciReply await(CompletableFuture<FibonacciReply> reply) {
		try {
			return reply.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RpcException outcome) {
				throw outcome;
			}
			throw new IllegalStateException("No RpcException", ex.getCause());
		}
		catch (InterruptedException ex) {
			reply.cancel(false);
			Thread.currentThread().interrupt();
			throw new RpcException(RpcStatus.DEADLINE_EXCEEDED, "interrupted", true, ex);
		}
	}

}
