package io.fibrpc.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The measures of a section as text that is a table both on a terminal and in Markdown.
 */
final class Table {

	private static final List<String> HEADINGS = List.of("measure", "unit", "ours", "against", "", "ratio",
			"lowest, median, highest of a round", "bar");

	private Table() {
	}

	static String of(Section section) {
		List<List<String>> lines = new ArrayList<>();
		lines.add(HEADINGS);
		section.measures().forEach((measure) -> lines.add(cells(measure)));
		int[] widths = IntStream.range(0, HEADINGS.size())
			.map((column) -> lines.stream().mapToInt((line) -> line.get(column).length()).max().orElse(0))
			.toArray();
		List<String> text = new ArrayList<>(lines.stream().map((line) -> line(line, widths)).toList());
		text.add(1, IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining(" | ", "| ", " |")));
		return String.join("\n", text) + "\n";
	}

	private static List<String> cells(Measure measure) {
		return List.of(measure.name(), measure.unit(), Measure.number(measure.ours()), measure.against(),
				Measure.number(measure.other()), "%.2f".formatted(measure.ratio()), measure.range(), measure.bound());
	}

	private static String line(List<String> cells, int[] widths) {
		return IntStream.range(0, widths.length)
			.mapToObj((column) -> cells.get(column) + " ".repeat(widths[column] - cells.get(column).length()))
			.collect(Collectors.joining(" | ", "| ", " |"));
	}

}
