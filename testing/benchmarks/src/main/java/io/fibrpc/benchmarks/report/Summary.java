package io.fibrpc.benchmarks.report;

import java.util.List;
import java.util.Optional;

import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.bench.report.TextTable;

/**
 * A table of the few measures that answer what a reader asks first, in words instead of
 * names.
 *
 * @param place the name of its place in the page
 * @param heading of its first column
 * @param unit of its measures, or a word of it
 * @param lines its rows
 */
record Summary(String place, String heading, String unit, List<Line> lines) {

	/** How many calls the pair makes. */
	static final Summary CALLS = new Summary("calls", "calls a second", "calls/s", List.of(
			new Line("pair, 32 threads that wait", "servers", "pair, blocking, direct, 32", "stock pair"),
			new Line("pair, 32 futures, stock with 32 threads", "servers", "pair, async, direct, 32", "stock pair"),
			new Line("pair, 256 futures, stock with 256 threads", "servers", "pair, async, direct, 256", "stock pair"),
			new Line("client, 32 futures", "calls", "async, direct, 32", "hand-written client, protected"),
			new Line("client, 256 futures", "calls", "async, direct, 256", "hand-written client, protected"),
			new Line("server, 32 requests", "servers", "server, hand-written client, 32 in flight",
					"hand-written server"),
			new Line("server, 256 requests", "servers", "server, hand-written client, 256 in flight",
					"hand-written server"),
			new Line("four servers", "scale-out", "4 servers, 10 ms of waiting a call", "1 server")));

	/** What a call costs a program. */
	static final Summary PROCESSOR = new Summary("processor", "processor time for a call, µs", "CPU",
			List.of(new Line("client, 256 futures, stock with 256 threads", "servers", "pair, async, direct, 256",
					"stock pair"),
					new Line("client, 256 futures", "calls", "async, direct, 256", "hand-written client, protected"),
					new Line("client, 32 futures", "calls", "async, direct, 32", "hand-written client, protected"),
					new Line("server, 32 requests", "servers", "server, 32 in flight", "stock server"),
					new Line("server, 32 requests", "servers", "server, 32 in flight", "hand-written server")));

	/** How long a program takes to its first answer. */
	static final Summary START = new Summary("start", "start to the first answer, ms", "ms",
			List.of(new Line("server in its image, JDK 25", "start-up", "server, JDK 25, aot",
					"stock server with web and metrics"),
					new Line("client in its image, JDK 25", "start-up", "client, JDK 25, aot",
							"stock client with web and metrics"),
					new Line("server by java -jar, JDK 17", "start-up", "server, JDK 17, plain",
							"stock server with web and metrics"),
					new Line("client by java -jar, JDK 17", "start-up", "client, JDK 17, plain",
							"stock client with web and metrics")));

	/** All tables of the page. */
	static final List<Summary> ALL = List.of(CALLS, PROCESSOR, START);

	String table(List<Section> sections) {
		List<List<String>> rows = measures(sections).stream()
			.map((measure) -> List.of(measure.name(), Numbers.text(measure.ours()), measure.against(),
					Numbers.text(measure.other()), Numbers.ratio(measure.ratio())))
			.toList();
		return String.join("\n",
				new TextTable(List.of(this.heading, "ours", "beside", "its number", "ratio"), rows).markdown()) + "\n";
	}

	/**
	 * The measures of this table, as far as they are known.
	 * @param sections what was measured
	 * @return the measures, under the names that a reader sees
	 */
	List<Measure> measures(List<Section> sections) {
		return this.lines.stream().flatMap((line) -> line.find(sections, this.unit).stream()).toList();
	}

	/**
	 * A row.
	 *
	 * @param label what the reader sees
	 * @param section where it was measured
	 * @param measure its name there
	 * @param against what it is compared with
	 */
	record Line(String label, String section, String measure, String against) {

		Optional<Measure> find(List<Section> sections, String unit) {
			return sections.stream()
				.filter((known) -> known.name().equals(this.section))
				.flatMap((known) -> known.measures().stream())
				.filter((known) -> known.name().equals(this.measure) && known.against().equals(this.against))
				.filter((known) -> known.unit().equals(unit) || known.unit().contains(" " + unit + " "))
				.findFirst()
				.map((known) -> known.named(this.label));
		}

	}

}
