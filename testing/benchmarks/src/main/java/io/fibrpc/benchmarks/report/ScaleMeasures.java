package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.rabbitrpc.bench.report.Rounds;

/**
 * More servers beside one, when each call is 10 ms of waiting.
 */
final class ScaleMeasures {

	private static final String ROW = "rabbit-rpc, async, direct, 32";

	private ScaleMeasures() {
	}

	static List<Measure> of(RawResults raw) throws IOException {
		Rounds one = raw.values("scale-1-", ROW, "callsPerSecond");
		List<Measure> measures = new ArrayList<>();
		measures.add(Measure.of("2 servers, 10 ms of waiting a call", "calls/s",
				raw.values("scale-2-", ROW, "callsPerSecond"), "1 server", one));
		measures.add(
				Measure
					.of("4 servers, 10 ms of waiting a call", "calls/s", raw.values("scale-4-", ROW, "callsPerSecond"),
							"1 server", one)
					.atLeast(3.8));
		// One line a round: the least and the most that one of four servers answered
		measures.add(Measure.of("fairness: who answered least", "requests", raw.column("fairness-", 0),
				"who answered most", raw.column("fairness-", 1)));
		return measures;
	}

}
