package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcReply;

/**
 * Makes each call as an asynchronous one, so that blocking and asynchronous calls run the
 * same tests.
 */
final class AsyncCalls implements Calls {

	private final FibonacciClient client;

	AsyncCalls(FibonacciClient client) {
		this.client = client;
	}

	@Override
	public BigInteger fibonacci(int n) {
		return await(this.client.fibonacciAsync(n));
	}

	@Override
	public BigInteger fibonacci(int n, Duration deadline) {
		return await(this.client.requestAsync(n, deadline)).value();
	}

	@Override
	public RpcReply<BigInteger> request(int n) {
		return await(this.client.requestAsync(n, this.client.deadline()));
	}

	@Override
	public Stream<BigInteger> fibonacci(IntStream numbers, int inFlight) {
		return this.client.fibonacci(numbers, inFlight);
	}

	private <T> T await(CompletableFuture<T> outcome) {
		try {
			return outcome.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RpcException failure) {
				throw failure;
			}
			throw new IllegalStateException("No RpcException", ex.getCause());
		}
		catch (InterruptedException ex) {
			outcome.cancel(false);
			Thread.currentThread().interrupt();
			throw new RpcException(RpcStatus.DEADLINE_EXCEEDED, "interrupted", true, ex);
		}
	}

}
