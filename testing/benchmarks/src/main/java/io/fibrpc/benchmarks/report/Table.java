package io.fibrpc.benchmarks.report;

import java.util.List;

import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.bench.report.TextTable;

/**
 * The measures of a section as text that is a table both on a terminal and in Markdown.
 */
final class Table {

	private static final List<String> HEADINGS = List.of("measure", "unit", "ours", "against", "", "ratio",
			"lowest, median, highest of a round", "bar");

	private Table() {
	}

	static String of(Section section) {
		List<List<String>> rows = section.measures().stream().map(Table::cells).toList();
		return String.join("\n", new TextTable(HEADINGS, rows).markdown()) + "\n";
	}

	private static List<String> cells(Measure measure) {
		return List.of(measure.name(), measure.unit(), Numbers.text(measure.ours()), measure.against(),
				Numbers.text(measure.other()), Numbers.ratio(measure.ratio()), measure.range(), measure.bound());
	}

}
