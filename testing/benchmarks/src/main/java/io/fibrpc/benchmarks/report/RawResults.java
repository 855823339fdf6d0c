package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

import io.rabbitrpc.bench.report.Rounds;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files that scripts/bench leaves: rows of results, as {@code rabbit-rpc-bench.jar
 * --json} writes them, and numbers, one a line.
 */
final class RawResults {

	private static final JsonMapper JSON = new JsonMapper();

	private final Path folder;

	RawResults(Path folder) {
		this.folder = folder;
	}

	/**
	 * Finds one value of one row.
	 * @param prefix how the names of the files begin; each is one round, or has its
	 * rounds in its rows
	 * @param row which row, as {@code client, api, reply mode, calls in flight}
	 * @param key which value
	 * @return the value, round by round
	 * @throws IOException if a file cannot be read, or there is no such row
	 */
	Rounds values(String prefix, String row, String key) throws IOException {
		List<Double> values = new ArrayList<>();
		for (Path file : files(prefix + "*.json")) {
			for (JsonNode candidate : JSON.readTree(file.toFile())) {
				if (name(candidate).equals(row)) {
					JsonNode rounds = candidate.path("rounds");
					(rounds.isEmpty() ? List.of(candidate) : rounds).forEach((round) -> add(round.path(key), values));
				}
			}
		}
		return some(values, "%s of the row '%s' in %s*.json".formatted(key, row, prefix));
	}

	/**
	 * Counts the calls of all rows.
	 * @param prefix how the names of the files begin
	 * @return the number, file by file
	 * @throws IOException if a file cannot be read
	 */
	Rounds calls(String prefix) throws IOException {
		List<Double> values = new ArrayList<>();
		for (Path file : files(prefix + "*.json")) {
			double calls = 0;
			for (JsonNode row : JSON.readTree(file.toFile())) {
				for (JsonNode count : row.path("outcomes")) {
					calls += count.asDouble();
				}
			}
			values.add(calls);
		}
		return new Rounds(values);
	}

	/**
	 * Reads numbers.
	 * @param prefix how the names of the files begin
	 * @param column which number of each line, from 0
	 * @return the numbers of all files
	 * @throws IOException if a file cannot be read, or there are no numbers
	 */
	Rounds column(String prefix, int column) throws IOException {
		List<Double> values = new ArrayList<>();
		for (Path file : files(prefix + "*.txt")) {
			for (String line : Files.readAllLines(file)) {
				values.add(Double.valueOf(line.trim().split(" ", -1)[column]));
			}
		}
		return some(values, "numbers in %s*.txt".formatted(prefix));
	}

	// The median of nothing would be written as a result
	private Rounds some(List<Double> values, String what) throws IOException {
		if (values.isEmpty()) {
			throw new IOException("No %s of %s".formatted(what, this.folder));
		}
		return new Rounds(values);
	}

	JsonNode json(String name) throws IOException {
		Path file = this.folder.resolve(name);
		return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createArrayNode();
	}

	List<Path> files(String glob) throws IOException {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.folder, glob)) {
			return StreamSupport.stream(files.spliterator(), false)
				.sorted(Comparator.comparing(Path::toString))
				.toList();
		}
	}

	private static String name(JsonNode row) {
		return "%s, %s, %s, %s".formatted(row.path("client").asString(), row.path("api").asString(),
				row.path("replyMode").asString(), row.path("inFlight").asString());
	}

	private static void add(JsonNode value, List<Double> values) {
		if (value.isNumber()) {
			values.add(value.asDouble());
		}
	}

}
