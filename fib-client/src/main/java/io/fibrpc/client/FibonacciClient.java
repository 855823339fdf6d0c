package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;

import io.fibrpc.client.rpc.RpcException;

/**
 * Asks a server for Fibonacci numbers. Every call ends, at the latest 250 ms after its
 * deadline, in a value or in an {@link RpcException} whose status says what happened. It
 * is safe for use by many threads.
 */
public interface FibonacciClient {

	/**
	 * Asks for one number, with the deadline that {@code fib.client.deadline} sets.
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
	 * Asks for one number, with the deadline that {@code fib.client.deadline} sets.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the value and what else the reply says
	 * @throws RpcException if there is no value
	 */
	FibonacciReply request(int n);

	/**
	 * Asks for one number.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long to wait at most, 1 ms or more
	 * @return the value and what else the reply says
	 * @throws RpcException if there is no value
	 */
	FibonacciReply request(int n, Duration deadline);

}
