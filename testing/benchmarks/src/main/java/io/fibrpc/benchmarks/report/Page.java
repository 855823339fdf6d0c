package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page that people read. What stands between two marks of a section is written anew,
 * all else is left as it is.
 */
final class Page {

	static final List<String> ORDER = List.of("calls", "servers", "scale-out", "start-up", "compute");

	private Page() {
	}

	static void write(List<Section> sections, Path page) throws IOException {
		String text = Files.readString(page);
		for (Section section : sections) {
			String begin = "<!-- %s -->".formatted(section.name());
			String end = "<!-- end of %s -->".formatted(section.name());
			Pattern marks = Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL);
			String replacement = begin + "\n" + body(section) + end;
			text = marks.matcher(text).replaceFirst(Matcher.quoteReplacement(replacement));
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
