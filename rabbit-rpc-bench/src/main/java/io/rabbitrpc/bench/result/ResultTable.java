package io.rabbitrpc.bench.result;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.bench.report.TextTable;

/**
 * The results as a table of text. The share compares a client with the hand-written one.
 */
final class ResultTable {

	private static final String SHARE = "share";

	private static final List<String> HEADINGS = List.of("client", "api", "reply mode", "load", "calls/s", SHARE,
			"p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "CPU us/call", "outcomes");

	private static final Set<String> WORDS = Set.of("client", "api", "reply mode", "load", "outcomes");

	private static final double[] PERCENTILES = { 50, 90, 99, 99.9 };

	private final List<RowResult> results;

	ResultTable(List<RowResult> results) {
		this.results = results;
	}

	void print(PrintStream output) {
		List<List<String>> rows = new ArrayList<>(this.results.stream().map(this::cells).toList());
		List<String> headings = new ArrayList<>(HEADINGS);
		int share = headings.indexOf(SHARE);
		if (rows.stream().allMatch((cells) -> cells.get(share).isEmpty())) {
			headings.remove(share);
			rows.forEach((cells) -> cells.remove(share));
		}
		Set<String> numbers = headings.stream()
			.filter((heading) -> !WORDS.contains(heading))
			.collect(Collectors.toSet());
		new TextTable(headings, rows).plain(numbers).forEach(output::println);
	}

	private List<String> cells(RowResult result) {
		BenchRow row = result.row();
		List<String> cells = new ArrayList<>(List.of(row.client().toString(), row.api().toString(),
				row.replyMode().toString(), row.load(), Numbers.text(result.callsPerSecond()), share(result)));
		Latencies latencies = result.latencies();
		for (double percentile : PERCENTILES) {
			cells.add(Millis.text(latencies.at(percentile), ""));
		}
		cells.add(Millis.text(latencies.max(), ""));
		cells.add(Numbers.text(result.cpuMicrosPerCall()));
		cells.add(result.outcomes()
			.entrySet()
			.stream()
			.map((outcome) -> outcome.getKey() + " " + Numbers.text(outcome.getValue()))
			.collect(Collectors.joining(", ")));
		return cells;
	}

	private String share(RowResult result) {
		return this.results.stream()
			.filter((other) -> result.row().client() != MeasuredClient.HAND_WRITTEN
					&& other.row().equals(result.row().handWritten()))
			.filter((other) -> other.callsPerSecond() > 0)
			.map((other) -> Numbers.ratio(result.callsPerSecond() / other.callsPerSecond()))
			.findFirst()
			.orElse("");
	}

}
