package io.fibrpc.server;

import java.util.concurrent.TimeUnit;

import org.apfloat.Apint;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import io.fibrpc.benchmarks.PlainFibonacci;
import io.fibrpc.protocol.WireNumbers;

/**
 * What an answer costs: the number and its digits. It stands in this package because the
 * function is the server's own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FibonacciBenchmark {

	/** Which number. */
	@Param({ "1000", "10000", "100000", "1000000" })
	public int n;

	/**
	 * As the server does it.
	 * @return the digits
	 */
	@Benchmark
	public byte[] fibonacciDigits() {
		return WireNumbers.write(Fibonacci.of(this.n));
	}

	/**
	 * The number alone.
	 * @return the number
	 */
	@Benchmark
	public Object fibonacci() {
		return Fibonacci.of(this.n);
	}

	/**
	 * By n additions: quadratic in n.
	 * @return the digits
	 */
	@Benchmark
	public byte[] additionsDigits() {
		return WireNumbers.write(PlainFibonacci.of(this.n));
	}

	/**
	 * By the same doubling in the decimal numbers of Apfloat, a library that multiplies
	 * by number theoretic transforms. No library at hand has large Fibonacci numbers
	 * themselves.
	 * @return the digits
	 * @see <a href="http://www.apfloat.org">Apfloat</a>
	 */
	@Benchmark
	public String apfloatDigits() {
		Apint current = Apint.ZERO;
		Apint next = Apint.ONE;
		for (int bit = Integer.highestOneBit(this.n); bit > 0; bit >>= 1) {
			Apint doubled = current.multiply(next.add(next).subtract(current));
			Apint doubledNext = current.multiply(current).add(next.multiply(next));
			boolean odd = (this.n & bit) != 0;
			current = odd ? doubledNext : doubled;
			next = odd ? doubled.add(doubledNext) : doubledNext;
		}
		return current.toString(true);
	}

}
