package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.call.CallFuture;

/**
 * Asks a server for Fibonacci numbers. Every call ends, at the latest 250 ms after its
 * deadline, in a value or in an {@link RpcException} whose status says what happened. It
 * is safe for use by many threads.
 */
public interface FibonacciClient {

	/**
	 * How long a call may take that is given no deadline.
	 * @return what {@code rabbit.rpc.client.deadline} says, or else
	 * {@code spring.rabbitmq.template.reply-timeout}, or else 5 s
	 */
	Duration deadline();

	/**
	 * Asks for one number, with the deadline that {@code rabbit.rpc.client.deadline}
	 * sets.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the exact value
	 * @throws RpcException if there is no value; its {@link RpcException#mayHaveRun} says
	 * whether a server may have computed it all the same
	 */
	default BigInteger fibonacci(int n) {
		return request(n).value();
	}

	/**
	 * Asks for one number.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long to wait at most, 1 ms or more
	 * @return the exact value
	 * @throws RpcException if there is no value; its {@link RpcException#mayHaveRun} says
	 * whether a server may have computed it all the same
	 */
	default BigInteger fibonacci(int n, Duration deadline) {
		return request(n, deadline).value();
	}

	/**
	 * Asks for one number, with the deadline that {@code rabbit.rpc.client.deadline}
	 * sets.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the value and what else the reply says
	 * @throws RpcException if there is no value
	 */
	default FibonacciReply request(int n) {
		return request(n, deadline());
	}

	/**
	 * Asks for one number.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long to wait at most, 1 ms or more
	 * @return the value and what else the reply says
	 * @throws RpcException if there is no value
	 */
	FibonacciReply request(int n, Duration deadline);

	/**
	 * Asks for one number, with the deadline that {@code rabbit.rpc.client.deadline}
	 * sets, and waits for nothing.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the exact value, or a {@link RpcException} as its cause of failure: see
	 * {@link #requestAsync(int, Duration)}
	 */
	default CompletableFuture<BigInteger> fibonacciAsync(int n) {
		return value(requestAsync(n));
	}

	/**
	 * Asks for one number and waits for nothing.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long the call may take at most, 1 ms or more
	 * @return the exact value, or a {@link RpcException} as its cause of failure: see
	 * {@link #requestAsync(int, Duration)}
	 */
	default CompletableFuture<BigInteger> fibonacciAsync(int n, Duration deadline) {
		return value(requestAsync(n, deadline));
	}

	/**
	 * Asks for one number, with the deadline that {@code rabbit.rpc.client.deadline}
	 * sets, and waits for nothing.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the reply, or a {@link RpcException} as its cause of failure: see
	 * {@link #requestAsync(int, Duration)}
	 */
	default CompletableFuture<FibonacciReply> requestAsync(int n) {
		return requestAsync(n, deadline());
	}

	/**
	 * Asks for one number and waits for nothing. The future ends as the blocking call
	 * does, at the latest 250 ms after the deadline. It ends on the thread that reads
	 * replies: what follows it must not block, or be given an executor
	 * ({@code thenApplyAsync}). Cancelling it frees all that the call holds here; a
	 * server may still run it.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long the call may take at most, 1 ms or more
	 * @return the value and what else the reply says, or a {@link RpcException} as its
	 * cause of failure; never {@code null}
	 */
	CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline);

	/**
	 * Asks for many numbers, several at a time, each with the deadline that
	 * {@code rabbit.rpc.client.deadline} sets. Calls are made as the stream is read;
	 * closing it cancels those that have not ended.
	 * @param numbers which ones, possibly without end
	 * @param inFlight how many calls are under way at a time, from 1 to
	 * {@code rabbit.rpc.client.max-in-flight}
	 * @return the exact values in the order of the numbers. Reading a value whose call
	 * failed throws its {@link RpcException}
	 * @throws IllegalArgumentException if {@code inFlight} is less than 1
	 */
	Stream<BigInteger> fibonacci(IntStream numbers, int inFlight);

	private static CompletableFuture<BigInteger> value(CompletableFuture<FibonacciReply> reply) {
		CallFuture<BigInteger> value = new CallFuture<>();
		value.onCancel(() -> reply.cancel(false));
		reply.whenComplete((result, failure) -> {
			if (failure != null) {
				value.completeExceptionally(failure);
			}
			else {
				value.complete(result.value());
			}
		});
		return value;
	}

}
