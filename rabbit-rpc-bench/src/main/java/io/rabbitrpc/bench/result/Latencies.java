package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.Measurement;

/**
 * How long calls took. A call without the right value counts as slower than every call
 * with it. Otherwise a server that drops its slowest calls would look fast.
 *
 * @param values latencies of the calls that got the right value, in nanoseconds
 * @param calls how many calls there were in all
 */
record Latencies(Histogram values, long calls) {

	private static final double PERCENT = 100;

	// A tolerance, so that 99 of 100 calls are 99 %
	private static final double ROUNDING = 1e-6;

	static Latencies of(Histogram values, Map<String, Long> outcomes) {
		return new Latencies(values, outcomes.values().stream().mapToLong(Long::longValue).sum());
	}

	static Latencies merged(List<Latencies> all) {
		Histogram merged = Measurement.newHistogram();
		all.forEach((latencies) -> merged.add(latencies.values));
		return new Latencies(merged, all.stream().mapToLong(Latencies::calls).sum());
	}

	/**
	 * The time within which this percentage of the calls got the right value.
	 * @param percentile the percentage
	 * @return the time in nanoseconds, or {@code null} if fewer calls got the right value
	 */
	@Nullable Long at(double percentile) {
		long count = this.values.getTotalCount();
		double rank = Math.max(1, percentile / PERCENT * this.calls);
		if (count == 0 || Math.ceil(rank - ROUNDING) > count) {
			return null;
		}
		return this.values.getValueAtPercentile(Math.min(PERCENT, PERCENT * rank / count));
	}

	/**
	 * The longest time that a call took to get the right value.
	 * @return the time in nanoseconds, or {@code null} if no call got one
	 */
	@Nullable Long max() {
		return (this.values.getTotalCount() > 0) ? this.values.getMaxValue() : null;
	}

}
