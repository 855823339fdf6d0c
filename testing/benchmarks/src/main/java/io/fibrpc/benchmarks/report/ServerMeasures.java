package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.rabbitrpc.bench.report.Rounds;

/**
 * Our server beside the one written by hand, and the pair beside the stock pair.
 */
final class ServerMeasures {

	private static final String HAND_WRITTEN = "hand-written server";

	private static final String STOCK = "stock pair";

	private ServerMeasures() {
	}

	static List<Measure> of(RawResults raw) throws IOException {
		List<Measure> measures = new ArrayList<>();
		for (String inFlight : List.of("256", "32")) {
			String row = "hand-written, async, direct, " + inFlight;
			measures.add(
					Measure
						.of("server, hand-written client, %s in flight".formatted(inFlight), "calls/s",
								raw.values("server-ours-", row, "callsPerSecond"), HAND_WRITTEN,
								raw.values("server-hand-written-", row, "callsPerSecond"))
						.atLeast(0.90));
		}
		measures.add(pair(raw, "256", "callsPerSecond", "calls/s").atLeast(2.2));
		measures.add(pair(raw, "32", "callsPerSecond", "calls/s").atLeast(1.6));
		measures.add(
				Measure
					.of("pair, blocking, direct, 32", "calls/s",
							raw.values("pair-", "rabbit-rpc, blocking, direct, 32", "callsPerSecond"), STOCK,
							raw.values("stock-", "stock, blocking, direct, 32", "callsPerSecond"))
					.atLeast(1.4));
		measures.add(pair(raw, "256", "cpuMicrosPerCall", "µs CPU of the client a call"));
		Rounds cpu = cpu(raw, "ours");
		measures.add(Measure
			.of("server, 32 in flight", "µs CPU of the server a call", cpu, HAND_WRITTEN, cpu(raw, "hand-written"))
			.atMost(1.15));
		measures.add(Measure.of("server, 32 in flight", "µs CPU of the server a call", cpu, "stock server",
				cpu(raw, "stock")));
		return measures;
	}

	private static Measure pair(RawResults raw, String inFlight, String key, String unit) throws IOException {
		return Measure.of("pair, async, direct, " + inFlight, unit,
				raw.values("server-ours-", "rabbit-rpc, async, direct, " + inFlight, key), STOCK,
				raw.values("stock-", "stock, blocking, direct, " + inFlight, key));
	}

	private static Rounds cpu(RawResults raw, String server) throws IOException {
		Rounds millis = raw.column("cpu-" + server + "-", 0);
		Rounds calls = raw.calls("cpu-" + server + "-");
		return new Rounds(IntStream.range(0, millis.values().size())
			.mapToObj((round) -> millis.values().get(round) * 1000 / calls.values().get(round))
			.toList());
	}

}
