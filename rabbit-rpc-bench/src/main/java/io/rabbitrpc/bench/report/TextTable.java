package io.rabbitrpc.bench.report;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of text cells.
 */
public final class TextTable {

	private final List<List<String>> lines;

	private final int[] widths;

	/**
	 * Creates a table.
	 * @param headings one for each column
	 * @param rows each with one cell for each heading
	 */
	public TextTable(List<String> headings, List<List<String>> rows) {
		this.lines = Stream.concat(Stream.of(headings), rows.stream()).toList();
		this.widths = IntStream.range(0, headings.size())
			.map((column) -> this.lines.stream().mapToInt((cells) -> cells.get(column).length()).max().orElse(0))
			.toArray();
	}

	/**
	 * Writes it for a terminal.
	 * @param numbers the headings of the columns that are aligned to the right
	 * @return the lines
	 */
	public List<String> plain(Set<String> numbers) {
		List<String> headings = this.lines.get(0);
		return this.lines.stream().map((cells) -> IntStream.range(0, this.widths.length).mapToObj((column) -> {
			String cell = cells.get(column);
			String padding = " ".repeat(this.widths[column] - cell.length());
			return numbers.contains(headings.get(column)) ? padding + cell : cell + padding;
		}).collect(Collectors.joining("  ")).stripTrailing()).toList();
	}

	/**
	 * Writes it for Markdown. On a terminal it looks like a table, too.
	 * @return the lines
	 */
	public List<String> markdown() {
		String rule = IntStream.of(this.widths).mapToObj("-"::repeat).collect(Collectors.joining(" | ", "| ", " |"));
		List<String> all = this.lines.stream()
			.map((cells) -> IntStream.range(0, this.widths.length)
				.mapToObj((column) -> cells.get(column) + " ".repeat(this.widths[column] - cells.get(column).length()))
				.collect(Collectors.joining(" | ", "| ", " |")))
			.toList();
		return Stream.concat(Stream.of(all.get(0), rule), all.stream().skip(1)).toList();
	}

}
