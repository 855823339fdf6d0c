package io.rabbitrpc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.rabbitrpc.bench.call.RequestFormat;
import io.rabbitrpc.bench.options.BenchTarget;
import io.rabbitrpc.bench.options.LoadOptions;
import io.rabbitrpc.bench.options.RequestOptions;
import io.rabbitrpc.bench.options.ResultOptions;

/**
 * The options of the load tester.
 */
@Command(name = "rabbit-rpc-bench", sortOptions = false, synopsisHeading = "",
		customSynopsis = "Usage: java -jar rabbit-rpc-bench.jar [--option=value...] [--setting=value...]",
		descriptionHeading = "%n",
		description = {
				"Measures how the servers of a request queue answer many calls, and prints a table. The servers",
				"may be of any language: they answer to reply_to, with the request's correlation_id.",
				"Each list makes rows: every reply mode with every api with every load.", "",
				"  java -jar rabbit-rpc-bench.jar --queue=quotes --body='{\"sku\":\"A1\"}' --expect=json:/price" },
		footer = { "%nAnd every setting of the library's client and of Spring Boot, for example:",
				"  --rabbit.rpc.client.deadline=DURATION   how long a call waits at most (5s)",
				"  --spring.rabbitmq.addresses=URI         where the broker is (amqp://guest:guest@localhost)",
				"%nLatencies are those of all calls: one that fails counts as slower than all that get their",
				"value, and a percentile that falls on it is 'failed'. The max is that of the values. In an open",
				"loop latencies count from the moment that the schedule has for the call, however late it is made.",
				"Calls that were due and never started, because those before them took too long, are NOT_STARTED.",
				"The share is the part of the hand-written client's calls/s that a client reaches. CPU is that of",
				"this program. With blocking callers, a rate has 256 threads. Ctrl-C ends early; what was measured",
				"is shown and written.", "%nExit code:", "   0  every row has values, and all that is expected is true",
				"   1  a value is not as --expect says, or --fail-below or --fail-above-p99 is missed",
				"   2  an option or a setting is wrong, or no call of some row got more than INVALID_ARGUMENT",
				"   4  no call of some row got a value: DEADLINE_EXCEEDED", "   5  the same: UNAVAILABLE",
				"   6  the same: RESOURCE_EXHAUSTED", "   7  the same: PERMISSION_DENIED",
				"  70  the same: any other status; or the results cannot be written" })
final class BenchCommand {

	private static final Map<String, String> OLD_OPTIONS = Map.of("--fib.client.request-queue", "--queue",
			"--check=fib", "--expect=fibonacci", "--check", "--expect", "--no-check", "--expect=none");

	@ArgGroup(validate = false, heading = "%nWhat is asked for:%n", order = 1)
	private RequestOptions request = new RequestOptions();

	@ArgGroup(validate = false, heading = "%nUnder which load:%n", order = 2)
	private LoadOptions load = new LoadOptions();

	@ArgGroup(validate = false, heading = "%nWhat becomes of the results:%n", order = 3)
	private ResultOptions results = new ResultOptions();

	@Option(names = { "-h", "--help" }, usageHelp = true, description = "Show this help message and exit.")
	@SuppressWarnings("unused") // picocli acts on it
	private boolean help;

	@Spec
	private @Nullable CommandSpec spec;

	@Parameters(arity = "0..*", hidden = true)
	private List<String> others = new ArrayList<>();

	/**
	 * Reads the values of the options.
	 * @return what to do
	 * @throws IllegalArgumentException if an option is wrong, in one sentence that names
	 * it and says what it takes
	 */
	BenchRun prepare() {
		this.others.forEach(this::requireSetting);
		RequestFormat format = this.request.format();
		return new BenchRun(this.load.plan(this.others),
				new BenchTarget(format, this.load.deadline(), this.others, this.request.requests(),
						this.request.expectation()),
				this.results.reports(arguments(), format.destination()), this.results.limits());
	}

	private List<String> arguments() {
		return (this.spec != null) ? this.spec.root().commandLine().getParseResult().originalArgs() : List.of();
	}

	// Without a full stop in its name it is a misspelt option
	private void requireSetting(String other) {
		String name = other.replaceFirst("=.*", "");
		String now = OLD_OPTIONS.getOrDefault(other, OLD_OPTIONS.get(name));
		if (now != null) {
			throw new IllegalArgumentException(
					"%s is now %s".formatted(OLD_OPTIONS.containsKey(other) ? other : name, now));
		}
		if (!other.matches("(?s)--[^=]+\\.[^=]*(=.*)?|--debug|--trace")) {
			throw new IllegalArgumentException(
					other.startsWith("-") ? "bench has no option " + other : "bench takes options only, not " + other);
		}
	}

}
