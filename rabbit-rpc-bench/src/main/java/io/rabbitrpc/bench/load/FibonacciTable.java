package io.rabbitrpc.bench.load;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The right values, found by nothing but addition. It shares no code with any server.
 */
public final class FibonacciTable {

	/** The largest n that it holds. */
	public static final int MAX_N = 100_000;

	private final Map<Integer, String> values = new HashMap<>();

	/**
	 * Computes the values.
	 * @param numbers for which, each at most {@value #MAX_N}; with none, any value is
	 * right
	 */
	public FibonacciTable(IntStream numbers) {
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

	/**
	 * Whether a value is the right one.
	 * @param n what was asked for
	 * @param body the body of the reply
	 * @return whether it has the digits of fib(n), or whether nobody knows them
	 */
	public boolean isRight(int n, byte[] body) {
		String right = this.values.get(n);
		return right == null || right.equals(new String(body, StandardCharsets.ISO_8859_1).trim());
	}

}
