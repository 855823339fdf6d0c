package io.rabbitrpc.bench.request;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The value has the digits of fib(n). It finds them by addition alone and shares no code
 * with any server.
 */
final class FibonacciExpectation implements Expectation {

	/** The largest n for which it knows the value. */
	static final int MAX_N = 100_000;

	private final Map<Integer, String> values = new HashMap<>();

	/**
	 * Computes the values.
	 * @param numbers for which, each at most {@value #MAX_N}
	 */
	FibonacciExpectation(IntStream numbers) {
		BigInteger value = BigInteger.ZERO;
		BigInteger following = BigInteger.ONE;
		int n = 0;
		for (int number : numbers.sorted().toArray()) {
			for (; n < number; n++) {
				BigInteger sum = value.add(following);
				value = following;
				following = sum;
			}
			this.values.put(number, value.toString());
		}
	}

	@Override
	public boolean isMet(Request request, byte[] value) {
		return new String(value, StandardCharsets.ISO_8859_1).trim().equals(this.values.get(request.n()));
	}

}
