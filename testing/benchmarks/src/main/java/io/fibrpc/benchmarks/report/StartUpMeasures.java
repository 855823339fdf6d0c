package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Time from the start of the process to the first answer, and memory then.
 */
final class StartUpMeasures {

	private static final String PREFIX = "start-";

	// In the order of the columns
	private static final List<String> UNITS = List.of("ms", "ms CPU", "MiB");

	private StartUpMeasures() {
	}

	static List<Measure> of(RawResults raw) throws IOException {
		List<Measure> measures = new ArrayList<>();
		for (String program : List.of("server", "client")) {
			for (Path file : raw.files(PREFIX + program + "-*.txt")) {
				String name = file.getFileName().toString().replaceAll("^start-|\\.txt$", "");
				// server-25-aot: the program, the JDK, how it was started
				String[] parts = name.split("-", 3);
				add(raw, parts, "stock", measures);
				add(raw, parts, "web", measures);
				add(raw, parts, "webjar", measures);
				if (!"plain".equals(parts[2])) {
					add(raw, parts, "plain", measures);
				}
			}
		}
		return measures;
	}

	private static void add(RawResults raw, String[] parts, String against, List<Measure> measures) throws IOException {
		String ours = PREFIX + String.join("-", parts);
		String other = "plain".equals(against) ? "start-%s-%s-plain".formatted(parts[0], parts[1])
				: "start-%s-%s-%s".formatted(against, parts[0], parts[1]);
		String name = "%s, JDK %s, %s".formatted(parts[0], parts[1], parts[2]);
		String what = switch (against) {
			case "stock" -> "stock " + parts[0];
			case "web" -> "stock %s with web and metrics".formatted(parts[0]);
			case "webjar" -> "stock %s with web and metrics, java -jar".formatted(parts[0]);
			default -> against;
		};
		for (int column = 0; column < UNITS.size(); column++) {
			measures
				.add(Measure.of(name, UNITS.get(column), raw.column(ours, column), what, raw.column(other, column)));
		}
	}

}
