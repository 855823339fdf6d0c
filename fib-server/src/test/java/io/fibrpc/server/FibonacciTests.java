package io.fibrpc.server;

import java.math.BigInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Fibonacci}.
 */
class FibonacciTests {

	@Test
	void everyNumberUpTo2000IsTheSumOfTheTwoBefore() {
		BigInteger previous = BigInteger.ONE;
		BigInteger current = BigInteger.ZERO;
		for (int n = 0; n <= 2000; n++) {
			assertThat(Fibonacci.of(n)).as("fib(%d)", n).isEqualTo(current);
			BigInteger next = previous.add(current);
			previous = current;
			current = next;
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 9_999, 65_535, 65_536, 100_000, 1_000_003 })
	void largeNumbersKeepCassinisIdentity(int n) {
		BigInteger sign = (n % 2 == 0) ? BigInteger.ONE : BigInteger.ONE.negate();
		assertThat(Fibonacci.of(n - 1).multiply(Fibonacci.of(n + 1)).subtract(Fibonacci.of(n).pow(2))).isEqualTo(sign);
	}

	@ParameterizedTest
	@CsvSource({ "12345, 54321", "50000, 50001" })
	void largeNumbersKeepTheAdditionFormula(int m, int n) {
		BigInteger sum = Fibonacci.of(m)
			.multiply(Fibonacci.of(n + 1))
			.add(Fibonacci.of(m - 1).multiply(Fibonacci.of(n)));
		assertThat(Fibonacci.of(m + n)).isEqualTo(sum);
	}

	@Test
	void greatestCommonDivisorsAreFibonacciNumbers() {
		assertThat(Fibonacci.of(9_000).gcd(Fibonacci.of(12_000))).isEqualTo(Fibonacci.of(3_000));
	}

	// Digits from OEIS A000045 and its b-file; fib(100000) has 20899 digits
	@ParameterizedTest
	@CsvSource({ "30, 832040, 832040, 6", "47, 2971215073, 2971215073, 10",
			"93, 12200160415121876738, 12200160415121876738, 20", "300, 22223224462942044552, 096499764990979600, 63",
			"1000, 4346655768693745643, 76137795166849228875, 209",
			"100000, 2597406934722172, 49895374653428746875, 20899" })
	void knownDigits(int n, String first, String last, int length) {
		assertThat(Fibonacci.of(n).toString()).startsWith(first).endsWith(last).hasSize(length);
	}

}
