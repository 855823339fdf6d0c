package io.fibrpc.benchmarks;

import java.math.BigInteger;

/**
 * The Fibonacci numbers as one writes them first: by n additions. For the small n that
 * servers are compared with, it costs less than a microsecond.
 */
public final class PlainFibonacci {

	private PlainFibonacci() {
	}

	/**
	 * Computes one number.
	 * @param n which one, 0 or more
	 * @return the exact value
	 */
	public static BigInteger of(int n) {
		BigInteger current = BigInteger.ZERO;
		BigInteger next = BigInteger.ONE;
		for (int i = 0; i < n; i++) {
			BigInteger sum = current.add(next);
			current = next;
			next = sum;
		}
		return current;
	}

}
