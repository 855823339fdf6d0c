package io.rabbitrpc.bench;

import java.io.PrintStream;
import java.time.Duration;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.Measurement;
import io.rabbitrpc.bench.options.BenchPlan;
import io.rabbitrpc.bench.result.BenchRow;

/**
 * Shows the progress of the whole run as a bar. Each step is a second.
 */
final class TerminalProgress implements BenchProgress {

	private static final int UPDATE_MILLIS = 250;

	private final BenchPlan plan;

	private final ProgressBar bar;

	private int begun;

	private String row = "";

	private long rowBegin;

	private @Nullable LiveRate rate;

	/**
	 * Shows an empty bar.
	 * @param plan says how long it takes
	 * @param output the terminal
	 */
	TerminalProgress(BenchPlan plan, PrintStream output) {
		this.plan = plan;
		this.bar = new ProgressBarBuilder().setTaskName("")
			.setInitialMax(plan.total().toSeconds())
			.setStyle(ProgressBarStyle.ASCII)
			.setUpdateIntervalMillis(UPDATE_MILLIS)
			.setConsumer(new ConsoleProgressBarConsumer(output))
			.clearDisplayOnFinish()
			.build();
	}

	@Override
	public void begin(BenchRow row, Measurement measurement) {
		this.begun++;
		this.rowBegin = System.nanoTime();
		this.rate = new LiveRate(measurement);
		this.row = ", [%d/%d] %s".formatted(this.begun, this.plan.order().size(), row);
		this.bar.setExtraMessage("warming up" + this.row);
	}

	@Override
	public void tick() {
		Duration before = this.plan.row().multipliedBy(this.begun - 1L);
		this.bar.stepTo(before.plusNanos(System.nanoTime() - this.rowBegin).toSeconds());
		if (this.rate != null && this.rate.isDue()) {
			// The rate stands first, because a narrow terminal cuts off the end
			this.bar.setExtraMessage(this.rate.take() + this.row);
		}
	}

	@Override
	public void close() {
		this.bar.close();
	}

}
