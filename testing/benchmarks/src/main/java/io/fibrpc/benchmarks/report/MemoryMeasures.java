package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Resident memory of a server after many calls, beside the stock server with the same
 * starters.
 */
final class MemoryMeasures {

	private static final String PREFIX = "memory-server-";

	private static final double BAR = 0.9;

	private MemoryMeasures() {
	}

	static List<Measure> of(RawResults raw) throws IOException {
		List<Measure> measures = new ArrayList<>();
		for (Path file : raw.files(PREFIX + "*.txt")) {
			// 25-aot: the JDK and how it was started
			String variant = file.getFileName().toString().replaceAll("^" + PREFIX + "|\\.txt$", "");
			String[] parts = variant.split("-", 2);
			measures.add(
					Measure
						.of("server, JDK %s, %s, after 100,000 calls".formatted(parts[0], parts[1]), "MiB",
								raw.column(PREFIX + variant, 0), "stock server with web and metrics",
								raw.column("memory-web-" + parts[0], 0))
						.atMost(BAR));
		}
		return measures;
	}

}
