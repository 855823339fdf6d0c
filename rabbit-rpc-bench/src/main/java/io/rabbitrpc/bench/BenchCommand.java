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
		description = { "Calls the servers of a request queue again and again, measures how they answer, and prints a",
				"table. The servers may be written in any language. They must send replies to reply_to, with the",
				"request's correlation_id. An option with a list makes rows: one for each reply mode, api and load.",
				"", "  java -jar rabbit-rpc-bench.jar --queue=quotes --body='{\"sku\":\"A1\"}' --expect=json:/price" },
		footer = { "%nAnd every setting of the library's client and of Spring Boot, for example:",
				"  --rabbit.rpc.client.deadline=DURATION   how long a call waits at most (5s)",
				"  --spring.rabbitmq.addresses=URI         where the broker is (amqp://guest:guest@localhost)",
				"%nLatencies cover all calls. A failed call counts as slower than every call with a value. If a",
				"percentile falls on a failed call, it is shown as 'failed'. The max is that of calls with a value.",
				"In an open loop, the latency of a call begins when the call is due, even if it starts later. A call",
				"that was due and never started is NOT_STARTED: the calls before it took too long. The share compares",
				"the calls/s of a client with those of the hand-written client. CPU is that of this program. With",
				"blocking callers, a rate uses 256 threads. Ctrl-C ends early; the results so far are shown and",
				"written.", "%nExit code:", "   0  every row has values, and all values are as expected",
				"   1  a value is not as --expect says, or --fail-below or --fail-above-p99 is missed",
				"   2  an option or a setting is wrong, or no call of a row got a value: INVALID_ARGUMENT",
				"   4  no call of a row got a value: DEADLINE_EXCEEDED", "   5  the same: UNAVAILABLE",
				"   6  the same: RESOURCE_EXHAUSTED", "   7  the same: PERMISSION_DENIED",
				"  70  the same: any other status; or the results cannot be written" })
final class BenchCommand {

	private static final Map<String, String> OLD_OPTIONS = Map.of("--fib.client.request-queue", "--queue",
			"--check=fib", "--expect=fibonacci", "--check", "--expect", "--no-check", "--expect=none");

	@ArgGroup(validate = false, heading = "%nRequests:%n", order = 1)
	private RequestOptions request = new RequestOptions();

	@ArgGroup(validate = false, heading = "%nLoad:%n", order = 2)
	private LoadOptions load = new LoadOptions();

	@ArgGroup(validate = false, heading = "%nResults:%n", order = 3)
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

	// All settings have a full stop in their name. Without one it is a misspelt option
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
