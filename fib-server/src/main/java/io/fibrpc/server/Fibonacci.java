package io.fibrpc.server;

import java.math.BigInteger;

/**
 * The Fibonacci numbers: 0, 1, 1, 2, 3, 5, 8, ...
 */
final class Fibonacci {

	private Fibonacci() {
	}

	/**
	 * Computes one number by fast doubling, in O(log n) multiplications:
	 * {@code F(2k) = F(k) (2 F(k+1) - F(k))} and {@code F(2k+1) = F(k)^2 + F(k+1)^2}.
	 * @param n which one, 0 or more
	 * @return the exact value
	 * @see <a href="https://www.nayuki.io/page/fast-fibonacci-algorithms">Fast Fibonacci
	 * algorithms</a>
	 */
	static BigInteger of(int n) {
		BigInteger current = BigInteger.ZERO;
		BigInteger next = BigInteger.ONE;
		for (int bit = Integer.highestOneBit(n); bit > 0; bit >>= 1) {
			BigInteger doubled = current.multiply(next.shiftLeft(1).subtract(current));
			BigInteger doubledNext = current.multiply(current).add(next.multiply(next));
			boolean odd = (n & bit) != 0;
			current = odd ? doubledNext : doubled;
			next = odd ? doubled.add(doubledNext) : doubledNext;
		}
		return current;
	}

}
