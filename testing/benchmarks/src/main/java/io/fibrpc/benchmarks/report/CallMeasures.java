package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Our client beside those written by hand, on our server.
 */
final class CallMeasures {

	private static final String FILES = "calls-";

	private static final String CALLS = "callsPerSecond";

	private static final String CALLS_UNIT = "calls/s";

	private static final String PROCESSOR = "cpuMicrosPerCall";

	private static final String PROCESSOR_UNIT = "µs CPU of the client a call";

	private static final Map<String, Double> BARS = Map.of("async, direct, 256", 1.0, "async, callback-queue, 256", 1.0,
			"async, direct, 32", 0.90, "async, callback-queue, 32", 0.90, "blocking, direct, 32", 0.90,
			"blocking, callback-queue, 32", 0.90);

	private static final List<String> ASYNC_ROWS = List.of("async, direct, 256", "async, callback-queue, 256",
			"async, direct, 32", "async, callback-queue, 32");

	private static final List<String> BLOCKING_ROWS = List.of("blocking, direct, 32", "blocking, callback-queue, 32");

	private static final List<String> LONE_CALLER_ROWS = List.of("blocking, direct, 1", "blocking, callback-queue, 1");

	private final RawResults raw;

	private final List<Measure> measures = new ArrayList<>();

	private CallMeasures(RawResults raw) {
		this.raw = raw;
	}

	static List<Measure> of(RawResults raw) throws IOException {
		CallMeasures calls = new CallMeasures(raw);
		calls.addThroughput(ASYNC_ROWS);
		calls.addThroughput(BLOCKING_ROWS);
		calls.addThroughput(LONE_CALLER_ROWS);
		for (String row : LONE_CALLER_ROWS) {
			calls.measures.add(calls.plain(row, "p50Micros", "µs p50").atMost(1.03));
		}
		calls.addProcessorTime(ASYNC_ROWS);
		calls.addProcessorTime(BLOCKING_ROWS);
		for (String row : ASYNC_ROWS) {
			Measure measure = calls.protectedToo(row, CALLS, CALLS_UNIT);
			calls.measures.add(row.endsWith("256") ? measure.atLeast(1.1) : measure);
		}
		for (String row : ASYNC_ROWS) {
			calls.measures.add(calls.protectedToo(row, PROCESSOR, PROCESSOR_UNIT).atMost(1.0));
		}
		return calls.measures;
	}

	private void addThroughput(List<String> rows) throws IOException {
		for (String row : rows) {
			Measure measure = plain(row, CALLS, CALLS_UNIT);
			Double bar = BARS.get(row);
			this.measures.add((bar != null) ? measure.atLeast(bar) : measure);
		}
	}

	private void addProcessorTime(List<String> rows) throws IOException {
		for (String row : rows) {
			this.measures.add(plain(row, PROCESSOR, PROCESSOR_UNIT));
		}
	}

	private Measure plain(String row, String key, String unit) throws IOException {
		return against("hand-written client", "hand-written", row, key, unit);
	}

	private Measure protectedToo(String row, String key, String unit) throws IOException {
		return against("hand-written client, protected", "hand-written-protected", row, key, unit);
	}

	private Measure against(String name, String client, String row, String key, String unit) throws IOException {
		return Measure.of(row, unit, this.raw.values(FILES, "rabbit-rpc, " + row, key), name,
				this.raw.values(FILES, client + ", " + row, key));
	}

}
