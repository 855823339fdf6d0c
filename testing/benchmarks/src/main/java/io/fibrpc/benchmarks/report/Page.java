package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages that people read: a short one, and one with every measure. What stands
 * between two marks is written anew, all else is left as it is.
 */
final class Page {

	static final List<String> ORDER = List.of("calls", "servers", "scale-out", "start-up", "memory", "compute");

	private Page() {
	}

	static void write(List<Section> sections, Path documents) throws IOException {
		Map<String, String> summaries = new LinkedHashMap<>();
		for (Summary summary : Summary.ALL) {
			summaries.put(summary.place(), summary.table(sections));
		}
		fill(documents.resolve("performance.md"), summaries);
		Map<String, String> bodies = new LinkedHashMap<>();
		sections.forEach((section) -> bodies.put(section.name(), body(section)));
		fill(documents.resolve("measurements.md"), bodies);
	}

	private static void fill(Path page, Map<String, String> places) throws IOException {
		String text = Files.readString(page);
		for (Map.Entry<String, String> place : places.entrySet()) {
			String begin = "<!-- %s -->".formatted(place.getKey());
			String end = "<!-- end of %s -->".formatted(place.getKey());
			Pattern marks = Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL);
			text = marks.matcher(text)
				.replaceFirst(Matcher.quoteReplacement(begin + "\n\n" + place.getValue() + "\n" + end));
		}
		Files.writeString(page, text);
	}

	private static String body(Section section) {
		return """
				`%s`, %s, %s, %s cores, RabbitMQ %s, %s queue, JDK %s, %d rounds, load before %s:

				%s""".formatted(section.environment("command"), section.environment("date"),
				section.environment("processor"), section.environment("cores"), section.environment("broker"),
				section.environment("queueType"), section.environment("java"),
				section.measures().stream().mapToInt(Measure::rounds).max().orElse(0), section.environment("load"),
				Table.of(section));
	}

}
