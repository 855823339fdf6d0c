package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.rabbitrpc.bench.report.Rounds;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * fib(n) and its digits, beside the same by additions and by a library.
 */
final class ComputeMeasures {

	private static final String UNIT = "µs";

	private ComputeMeasures() {
	}

	static List<Measure> of(RawResults raw) throws IOException {
		Map<String, Map<Integer, Rounds>> times = new TreeMap<>();
		for (JsonNode result : raw.json("compute.json")) {
			List<Double> values = new ArrayList<>();
			for (JsonNode fork : result.path("primaryMetric").path("rawData")) {
				fork.forEach((value) -> values.add(value.asDouble()));
			}
			String benchmark = result.path("benchmark").asString();
			times.computeIfAbsent(benchmark.substring(benchmark.lastIndexOf('.') + 1), (key) -> new TreeMap<>())
				.put(result.path("params").path("n").asInt(), new Rounds(values));
		}
		List<Measure> measures = new ArrayList<>();
		Map<Integer, Rounds> ours = times.getOrDefault("fibonacciDigits", Map.of());
		ours.forEach((n, values) -> {
			add(n, values, "additions", times.getOrDefault("additionsDigits", Map.of()).get(n), measures);
			add(n, values, "Apfloat", times.getOrDefault("apfloatDigits", Map.of()).get(n), measures);
			// 100 would be quadratic
			Rounds tenth = ours.get(n / 10);
			if (tenth != null) {
				Measure growth = Measure.of("fib(%d) and its digits".formatted(n), UNIT, values, "a tenth of n", tenth);
				measures.add(growth);
			}
		});
		return measures;
	}

	private static void add(int n, Rounds ours, String against, @Nullable Rounds other, List<Measure> measures) {
		if (other != null) {
			measures.add(Measure.of("fib(%d) and its digits".formatted(n), UNIT, ours, against, other));
		}
	}

}
