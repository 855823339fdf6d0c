package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reports what was measured.
 */
public final class ReportProgram {

	private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private static final String RESULTS = "performance.json";

	private ReportProgram() {
	}

	/**
	 * Prints the table of a section, and writes it into the documents. With one argument
	 * it writes the documents from the results that are there.
	 * @param args the name of the section, the folder of the raw results, in which a file
	 * {@code environment} has lines {@code key=value}, and the folder of the documents,
	 * or nothing to write none. Or the folder of the documents alone
	 * @throws IOException if a file cannot be read or written
	 */
	public static void run(String[] args) throws IOException {
		if (args.length == 1) {
			write(sections(Path.of(args[0])), Path.of(args[0]));
			return;
		}
		Path folder = Path.of(args[1]);
		Section section = new Section(args[0], environment(folder), measures(args[0], new RawResults(folder)));
		System.out.print(Table.of(section));
		if (args.length > 2) {
			write(section, Path.of(args[2]));
		}
	}

	private static Map<String, String> environment(Path folder) throws IOException {
		Map<String, String> environment = new TreeMap<>();
		for (String line : Files.readAllLines(folder.resolve("environment"))) {
			String[] parts = line.split("=", 2);
			environment.put(parts[0], parts[1]);
		}
		return environment;
	}

	private static List<Measure> measures(String section, RawResults raw) throws IOException {
		return switch (section) {
			case "calls" -> CallMeasures.of(raw);
			case "servers" -> ServerMeasures.of(raw);
			case "scale-out" -> ScaleMeasures.of(raw);
			case "start-up" -> StartUpMeasures.of(raw);
			case "memory" -> MemoryMeasures.of(raw);
			case "compute" -> ComputeMeasures.of(raw);
			default -> throw new IllegalArgumentException("There is no section " + section);
		};
	}

	private static void write(Section section, Path documents) throws IOException {
		List<Section> sections = sections(documents);
		sections.removeIf((old) -> old.name().equals(section.name()));
		sections.add(section);
		sections.sort(Comparator.comparing((known) -> Page.ORDER.indexOf(known.name())));
		Files.writeString(documents.resolve(RESULTS), JSON.writeValueAsString(sections) + "\n");
		write(sections, documents);
	}

	private static List<Section> sections(Path documents) throws IOException {
		Path results = documents.resolve(RESULTS);
		List<Section> sections = new ArrayList<>();
		if (Files.exists(results)) {
			JSON.readTree(results.toFile()).forEach((node) -> sections.add(Section.of(node)));
		}
		return sections;
	}

	private static void write(List<Section> sections, Path documents) throws IOException {
		Page.write(sections, documents);
		Files.writeString(documents.resolve("performance.svg"), Chart.of(Summary.CALLS.measures(sections)));
	}

}
