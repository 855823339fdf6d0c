package io.fibrpc.systemtests;

import java.math.BigInteger;

/**
 * The definition of Fibonacci numbers, with which tests compare the answers.
 */
public final class Fibonacci {

	private Fibonacci() {
	}

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
