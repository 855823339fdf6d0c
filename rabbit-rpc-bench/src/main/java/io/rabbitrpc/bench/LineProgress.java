package io.rabbitrpc.bench;

import java.io.PrintStream;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.Measurement;
import io.rabbitrpc.bench.result.BenchRow;

/**
 * Shows the progress in plain lines: one at the start of each row and one a second.
 */
final class LineProgress implements BenchProgress {

	private final PrintStream output;

	private final int measurements;

	private int begun;

	private String row = "";

	private @Nullable LiveRate rate;

	/**
	 * Creates the progress.
	 * @param output where the lines go
	 * @param measurements how many there will be
	 */
	LineProgress(PrintStream output, int measurements) {
		this.output = output;
		this.measurements = measurements;
	}

	@Override
	public void begin(BenchRow row, Measurement measurement) {
		this.begun++;
		this.row = row.toString();
		this.rate = new LiveRate(measurement);
		print("warming up");
	}

	@Override
	public void tick() {
		if (this.rate != null && this.rate.isDue()) {
			print(this.rate.take());
		}
	}

	private void print(String state) {
		this.output.println("[%d/%d] %s: %s".formatted(this.begun, this.measurements, this.row, state));
	}

	@Override
	public void close() {
		// Each line is complete
	}

}
