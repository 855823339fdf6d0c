package io.rabbitrpc.bench.result;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.HdrHistogram.Histogram;

/**
 * The results for a person. A share is that of what the hand-written client reaches.
 */
final class ResultTable {

	private static final List<String> HEADINGS = List.of("client", "api", "reply mode", "load", "calls/s", "share",
			"p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "CPU us/call", "outcomes");

	private static final int FIRST_NUMBER = 4;

	private static final int LAST_NUMBER = 11;

	private static final double[] PERCENTILES = { 50, 90, 99, 99.9, 100 };

	private final List<RowResult> results;

	ResultTable(List<RowResult> results) {
		this.results = results;
	}

	void print(PrintStream output) {
		List<List<String>> lines = new ArrayList<>();
		lines.add(HEADINGS);
		this.results.forEach((result) -> lines.add(cells(result)));
		int[] widths = new int[HEADINGS.size()];
		lines.forEach((cells) -> Arrays.setAll(widths, (i) -> Math.max(widths[i], cells.get(i).length())));
		lines.forEach((cells) -> output.println(line(cells, widths)));
	}

	private List<String> cells(RowResult result) {
		BenchRow row = result.row();
		List<String> cells = new ArrayList<>(List.of(row.client().toString(), row.api().toString(),
				row.replyMode().toString(), row.load(), format("%.0f", result.callsPerSecond()), share(result)));
		Histogram latencies = result.latencies();
		for (double percentile : PERCENTILES) {
			cells.add((latencies.getTotalCount() > 0)
					? format("%.2f", millis(latencies.getValueAtPercentile(percentile))) : "-");
		}
		cells.add(format("%.1f", result.cpuMicrosPerCall()));
		cells.add(result.outcomes()
			.entrySet()
			.stream()
			.map((outcome) -> outcome.getKey() + " " + outcome.getValue())
			.collect(Collectors.joining(", ")));
		return cells;
	}

	private String share(RowResult result) {
		return this.results.stream()
			.filter((other) -> result.row().client() != MeasuredClient.HAND_WRITTEN
					&& other.row().equals(result.row().handWritten()))
			.filter((other) -> other.callsPerSecond() > 0)
			.map((other) -> format("%.2f", result.callsPerSecond() / other.callsPerSecond()))
			.findFirst()
			.orElse("");
	}

	private double millis(long nanos) {
		return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
	}

	private String format(String format, double value) {
		return String.format(Locale.ROOT, format, value);
	}

	private String line(List<String> cells, int[] widths) {
		StringBuilder line = new StringBuilder();
		for (int i = 0; i < cells.size(); i++) {
			String padding = " ".repeat(widths[i] - cells.get(i).length());
			boolean number = i >= FIRST_NUMBER && i <= LAST_NUMBER;
			line.append(number ? padding + cells.get(i) : cells.get(i) + padding).append("  ");
		}
		return line.toString().stripTrailing();
	}

}
