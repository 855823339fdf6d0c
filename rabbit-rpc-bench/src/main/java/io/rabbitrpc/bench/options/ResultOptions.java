package io.rabbitrpc.bench.options;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import io.rabbitrpc.bench.result.BenchReports;
import io.rabbitrpc.bench.result.Limits;

/**
 * The options for the results.
 */
public final class ResultOptions {

	private static final int MOST_CALLS = 100_000_000;

	@Option(names = "--fail-below", paramLabel = "CALLS/S",
			description = "Exit with 1 if a row of this client reaches fewer calls/s.")
	private @Nullable String failBelow;

	@Option(names = "--fail-above-p99", paramLabel = "TIME",
			description = "Exit with 1 if in such a row fewer than 99 of 100 calls got their value within the time.")
	private @Nullable String failAboveP99;

	@Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON, too.")
	private @Nullable String json;

	@Option(names = "--html", paramLabel = "FILE", description = "Write the results as a page with charts, too.")
	private @Nullable String html;

	/**
	 * Where the results are shown.
	 * @param arguments the command line
	 * @param destination where requests go
	 * @return the reports
	 * @throws IllegalArgumentException if a file cannot be written
	 */
	public BenchReports reports(List<String> arguments, String destination) {
		return new BenchReports(arguments, destination,
				(this.json != null) ? OptionValues.writable("--json", this.json) : null,
				(this.html != null) ? OptionValues.writable("--html", this.html) : null);
	}

	/**
	 * The limits that the results must reach.
	 * @return the limits
	 * @throws IllegalArgumentException if one is wrong
	 */
	public Limits limits() {
		return new Limits(
				(this.failBelow != null) ? OptionValues.wholeNumber("--fail-below", this.failBelow, 1, MOST_CALLS)
						: null,
				(this.failAboveP99 != null) ? OptionValues.duration("--fail-above-p99", this.failAboveP99,
						Duration.ofMillis(1), Duration.ofHours(1)) : null);
	}

}
