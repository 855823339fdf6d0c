package io.rabbitrpc.bench;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

import io.rabbitrpc.bench.load.Measurement;

/**
 * The rate and latency of the last second.
 */
final class LiveRate {

	private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final double P99 = 99;

	private final Measurement measurement;

	private long taken = System.nanoTime();

	LiveRate(Measurement measurement) {
		this.measurement = measurement;
	}

	boolean isDue() {
		return System.nanoTime() - this.taken >= INTERVAL_NANOS;
	}

	String take() {
		long now = System.nanoTime();
		Histogram interval = this.measurement.sample();
		double seconds = (now - this.taken) / (double) INTERVAL_NANOS;
		this.taken = now;
		if (interval.getTotalCount() == 0) {
			return this.measurement.hasBegun() ? "no value" : "warming up";
		}
		return "%.0f calls/s, p99 %.2f ms".formatted(interval.getTotalCount() / seconds,
				interval.getValueAtPercentile(P99) / (double) TimeUnit.MILLISECONDS.toNanos(1));
	}

}
