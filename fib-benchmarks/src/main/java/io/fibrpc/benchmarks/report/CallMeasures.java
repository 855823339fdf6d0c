package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Our client beside the one written by hand, on our server.
 */
final class CallMeasures {

	private static final String FILES = "calls-";

	private static final Map<String, Double> BARS = Map.of("async, direct, 256", 0.85, "async, callback-queue, 256",
			0.85, "async, direct, 32", 0.90, "async, callback-queue, 32", 0.90, "blocking, direct, 32", 0.90,
			"blocking, callback-queue, 32", 0.90);

	private static final List<String> ROWS = List.of("async, direct, 256", "async, callback-queue, 256",
			"async, direct, 32", "async, callback-queue, 32", "blocking, direct, 32", "blocking, callback-queue, 32",
			"blocking, direct, 1", "blocking, callback-queue, 1");

	private CallMeasures() {
	}

	static List<Measure> of(RawResults raw) throws IOException {
		List<Measure> measures = new ArrayList<>();
		for (String row : ROWS) {
			Double bar = BARS.get(row);
			Measure measure = measure(raw, row, "callsPerSecond", "calls/s");
			measures.add((bar != null) ? measure.atLeast(bar) : measure);
		}
		for (String row : ROWS.subList(ROWS.size() - 2, ROWS.size())) {
			measures.add(measure(raw, row, "p50Micros", "µs p50").atMost(1.10));
		}
		for (String row : ROWS.subList(0, ROWS.size() - 2)) {
			measures.add(measure(raw, row, "cpuMicrosPerCall", "µs CPU of the client a call"));
		}
		return measures;
	}

	private static Measure measure(RawResults raw, String row, String key, String unit) throws IOException {
		return Measure.of(row, unit, raw.values(FILES, "fib, " + row, key), "hand-written client",
				raw.values(FILES, "hand-written, " + row, key));
	}

}
