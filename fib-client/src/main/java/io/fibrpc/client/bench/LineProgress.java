package io.fibrpc.client.bench;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress in plain lines: one a second.
 */
final class LineProgress implements BenchProgress {

	private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final double P99 = 99;

	private final PrintStream lines;

	private final int measurements;

	private int measured;

	private String row = "";

	private @Nullable Measurement measurement;

	private long shown = System.nanoTime();

	LineProgress(PrintStream lines, int measurements) {
		this.lines = lines;
		this.measurements = measurements;
	}

	@Override
	public void begin(BenchRow row, Measurement measurement) {
		this.measured++;
		this.row = row.toString();
		this.measurement = measurement;
		this.shown = System.nanoTime();
	}

	@Override
	public void tick() {
		long elapsed = System.nanoTime() - this.shown;
		if (this.measurement != null && elapsed >= INTERVAL_NANOS) {
			this.shown = System.nanoTime();
			this.lines.println("[%d/%d] %s: %s".formatted(this.measured, this.measurements, this.row,
					state(this.measurement.sample(), elapsed)));
		}
	}

	private String state(Histogram interval, long elapsed) {
		if (interval.getTotalCount() == 0) {
			return "warming up";
		}
		return "%.0f calls/s, p99 %.2f ms".formatted(interval.getTotalCount() * (double) INTERVAL_NANOS / elapsed,
				interval.getValueAtPercentile(P99) / (double) TimeUnit.MILLISECONDS.toNanos(1));
	}

	@Override
	public void end() {
		this.measurement = null;
	}

}
