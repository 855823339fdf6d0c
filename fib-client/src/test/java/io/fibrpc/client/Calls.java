package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rabbitrpc.client.RpcReply;

/**
 * Calls whose callers wait, made in one way or another.
 */
interface Calls {

	/**
	 * Makes each call by the client's blocking method.
	 * @param client the client
	 * @return its calls
	 */
	static Calls blocking(FibonacciClient client) {
		return new Calls() {

			@Override
			public BigInteger fibonacci(int n) {
				return client.fibonacci(n);
			}

			@Override
			public BigInteger fibonacci(int n, Duration deadline) {
				return client.fibonacci(n, deadline);
			}

			@Override
			public RpcReply<BigInteger> request(int n) {
				return client.request(n);
			}

			@Override
			public Stream<BigInteger> fibonacci(IntStream numbers, int inFlight) {
				return client.fibonacci(numbers, inFlight);
			}

		};
	}

	BigInteger fibonacci(int n);

	BigInteger fibonacci(int n, Duration deadline);

	RpcReply<BigInteger> request(int n);

	Stream<BigInteger> fibonacci(IntStream numbers, int inFlight);

}
