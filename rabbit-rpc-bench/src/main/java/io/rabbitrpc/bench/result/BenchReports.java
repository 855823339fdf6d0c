package io.rabbitrpc.bench.result;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Shows the results.
 *
 * @param arguments the command line
 * @param destination where requests go
 * @param json file for a program to read, if wanted
 * @param html file for a browser, if wanted
 */
public record BenchReports(List<String> arguments, String destination, @Nullable Path json, @Nullable Path html) {

	/**
	 * Shows the results.
	 * @param results the results
	 * @param broker name and version of the broker
	 * @param output where the table goes
	 * @param errors where warnings go
	 * @throws IOException if a file cannot be written
	 */
	public void show(List<RowResult> results, String broker, PrintStream output, PrintStream errors)
			throws IOException {
		new ResultTable(results).print(output);
		Warnings.of(results).forEach((warning) -> errors.println("warning: " + warning));
		if (this.json != null) {
			Files.write(this.json, new ResultJson(results).bytes());
		}
		if (this.html != null) {
			String date = OffsetDateTime.now(ZoneId.systemDefault())
				.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xxx"));
			Files.write(this.html,
					new ResultPage(BenchFacts.of(this.arguments, this.destination, broker, date), results).bytes());
		}
	}

}
