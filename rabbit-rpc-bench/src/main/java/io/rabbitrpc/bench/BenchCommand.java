package io.rabbitrpc.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.load.NumberMix;
import io.rabbitrpc.bench.result.BenchReports;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.MeasuredClient;
import io.rabbitrpc.client.ReplyMode;

/**
 * The options of the load tester.
 */
@Command(name = "rabbit-rpc-bench", sortOptions = false, synopsisHeading = "",
		customSynopsis = "Usage: java -jar rabbit-rpc-bench.jar [--option=value...] [--setting=value...]",
		descriptionHeading = "%n",
		description = { "Measures how the servers of a request queue answer many calls, and prints a table.",
				"Each list makes rows: every reply mode with every api with every load.%n" },
		footer = { "%nAnd every setting of the library's client and of Spring Boot, for example:",
				"  --rabbit.rpc.client.deadline=DURATION   how long a call waits at most (5s)",
				"  --spring.rabbitmq.host=HOST             where the broker is (localhost)",
				"%nThe table's share is the part of the hand-written client's calls/s that a client reaches.",
				"Latencies are those of calls with a right value; in an open loop they count from the moment",
				"that the schedule has for the call, however late it is made. Calls that were due and never",
				"started, because those before them took too long, are NOT_STARTED; they count with the time",
				"that they waited. CPU is that of this program. With blocking callers, a rate has 256 threads.",
				"Ctrl-C ends early; what was measured is shown and written.",
				"%nExit code: 0; 2 if the command line is wrong; if no call of some row got a value, that of its",
				"status: 2 INVALID_ARGUMENT, 4 DEADLINE_EXCEEDED, 5 UNAVAILABLE, 6 RESOURCE_EXHAUSTED,",
				"7 PERMISSION_DENIED, 70 INTERNAL; 70 if a value was wrong." })
final class BenchCommand {

	private static final String DEFAULT_QUEUE = "rpc_queue";

	private static final String OLD_QUEUE_SETTING = "--fib.client.request-queue";

	private static final String REPLY_MODE_SETTING = "--rabbit.rpc.client.reply-mode=";

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final int MOST_IN_FLIGHT = 10_000;

	private static final int HIGHEST_RATE = 1_000_000;

	private static final int MOST_ROUNDS = 1000;

	@Option(names = "--queue", paramLabel = "NAME",
			description = "Queue that requests go to, each with a number's digits as its body (rpc_queue).")
	private String queue = DEFAULT_QUEUE;

	@Option(names = "--concurrency", paramLabel = "N,...",
			description = "Calls in flight at any time: a closed loop (32, unless there is a rate).")
	private @Nullable String concurrency;

	@Option(names = "--rate", paramLabel = "N,...",
			description = "Calls that start in a second, on a schedule: an open loop.")
	private @Nullable String rate;

	@Option(names = "--api", paramLabel = "API,...", description = "blocking,async or one of them (both).")
	private String api = "blocking,async";

	@Option(names = "--reply-mode", paramLabel = "MODE,...",
			description = "direct,callback-queue or one of them (rabbit.rpc.client.reply-mode).")
	private @Nullable String replyMode;

	@Option(names = "--baseline", description = "Measure also a plain Java client, written by hand: the line to reach.")
	private boolean baseline;

	@Option(names = "--protected-baseline",
			description = "Also one with confirms, mandatory, expiration and ids as this client has them.")
	private boolean protectedBaseline;

	@Option(names = "--n", paramLabel = "N",
			description = "A number, a range such as 10..40 or a mix such as 10,30,300 (30).")
	private String numbers = "30";

	@Option(names = "--duration", paramLabel = "TIME", description = "Time that a row is measured in a round (10s).")
	private String duration = "10s";

	@Option(names = "--warmup", paramLabel = "TIME", description = "Time under load before that (3s).")
	private String warmup = "3s";

	@Option(names = "--rounds", paramLabel = "N",
			description = "Rounds, each with every row once; calls/s and CPU are medians (1).")
	private String rounds = "1";

	@Option(names = "--deadline", paramLabel = "TIME",
			description = "How long a call waits at most (rabbit.rpc.client.deadline).")
	private @Nullable String deadline;

	@Option(names = "--check", paramLabel = "fib|none",
			description = "Whether each value is compared with fib(n) (fib if the queue is rpc_queue, else none).")
	private @Nullable String check;

	@Option(names = "--no-check", description = "The same as --check=none.")
	private boolean unchecked;

	@Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON, too.")
	private @Nullable String json;

	@Option(names = "--html", paramLabel = "FILE", description = "Write the results as a page with charts, too.")
	private @Nullable String html;

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
		BenchPlan plan = new BenchPlan(rows(this.others), NumberMix.of(this.numbers), isChecked(),
				OptionValues.duration("--warmup", this.warmup, Duration.ZERO, LONGEST),
				OptionValues.duration("--duration", this.duration, Duration.ofMillis(100), LONGEST),
				OptionValues.wholeNumber("--rounds", this.rounds, 1, MOST_ROUNDS));
		plan.requireCheckable();
		return new BenchRun(plan, OptionValues.queue("--queue", this.queue),
				(this.deadline != null)
						? OptionValues.duration("--deadline", this.deadline, Duration.ofMillis(1), LONGEST) : null,
				this.others,
				new BenchReports(arguments(), (this.json != null) ? OptionValues.writable("--json", this.json) : null,
						(this.html != null) ? OptionValues.writable("--html", this.html) : null));
	}

	private List<String> arguments() {
		return (this.spec != null) ? this.spec.root().commandLine().getParseResult().originalArgs() : List.of();
	}

	// Without a full stop in its name it is a misspelt option
	private void requireSetting(String other) {
		if (other.startsWith(OLD_QUEUE_SETTING)) {
			throw new IllegalArgumentException(OLD_QUEUE_SETTING + " is now --queue");
		}
		if (!other.matches("--[^=]+\\.[^=]*(=.*)?|--debug|--trace")) {
			throw new IllegalArgumentException(
					other.startsWith("-") ? "bench has no option " + other : "bench takes options only, not " + other);
		}
	}

	private boolean isChecked() {
		if (this.unchecked) {
			return false;
		}
		if (this.check == null) {
			return this.queue.equals(DEFAULT_QUEUE);
		}
		return switch (this.check) {
			case "fib" -> true;
			case "none" -> false;
			default -> throw new IllegalArgumentException("--check takes fib or none, not '%s'".formatted(this.check));
		};
	}

	private List<BenchRow> rows(List<String> settings) {
		String closed = (this.concurrency == null && this.rate == null) ? "32" : this.concurrency;
		return BenchRow.product(clients(), OptionValues.oneOrMore("--api", this.api, Api.class), replyModes(settings),
				(closed != null) ? OptionValues.wholeNumbers("--concurrency", closed, 1, MOST_IN_FLIGHT) : List.of(),
				(this.rate != null) ? OptionValues.wholeNumbers("--rate", this.rate, 1, HIGHEST_RATE) : List.of());
	}

	private List<MeasuredClient> clients() {
		List<MeasuredClient> clients = new ArrayList<>(List.of(MeasuredClient.FIB));
		if (this.baseline) {
			clients.add(MeasuredClient.HAND_WRITTEN);
		}
		if (this.protectedBaseline) {
			clients.add(MeasuredClient.HAND_WRITTEN_PROTECTED);
		}
		return clients;
	}

	private List<ReplyMode> replyModes(List<String> settings) {
		String set = settings.stream()
			.filter((setting) -> setting.startsWith(REPLY_MODE_SETTING))
			.map((setting) -> setting.substring(REPLY_MODE_SETTING.length()))
			.findFirst()
			.orElse(ReplyMode.DIRECT.toString());
		return OptionValues.oneOrMore("--reply-mode", (this.replyMode != null) ? this.replyMode : set, ReplyMode.class);
	}

}
