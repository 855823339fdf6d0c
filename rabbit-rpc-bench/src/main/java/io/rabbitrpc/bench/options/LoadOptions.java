package io.rabbitrpc.bench.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.MeasuredClient;
import io.rabbitrpc.client.ReplyMode;

/**
 * The options that say which load there is, and for how long.
 */
public final class LoadOptions {

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final String REPLY_MODE_SETTING = "--rabbit.rpc.client.reply-mode=";

	private static final int MOST_IN_FLIGHT = 10_000;

	private static final int HIGHEST_RATE = 1_000_000;

	private static final int MOST_ROUNDS = 1000;

	@Option(names = "--concurrency", paramLabel = "N,...",
			description = "Calls in flight at any time: a closed loop (32, unless there is a rate).")
	private @Nullable String concurrency;

	@Option(names = "--rate", paramLabel = "N,...", description = "Calls that start in each second: an open loop.")
	private @Nullable String rate;

	@Option(names = "--api", paramLabel = "API,...", description = "blocking,async or one of them (both).")
	private String api = "blocking,async";

	@Option(names = "--reply-mode", paramLabel = "MODE,...",
			description = "direct,callback-queue or one of them (rabbit.rpc.client.reply-mode).")
	private @Nullable String replyMode;

	@Option(names = "--baseline", description = "Also measure a plain Java client, written by hand, to compare with.")
	private boolean baseline;

	@Option(names = "--protected-baseline",
			description = "Also measure one with confirms, mandatory, expiration and ids, as this client has them.")
	private boolean protectedBaseline;

	@Option(names = "--duration", paramLabel = "TIME", description = "How long each row is measured in a round (10s).")
	private String duration = "10s";

	@Option(names = "--warmup", paramLabel = "TIME",
			description = "How long the load runs before that, without being measured (3s).")
	private String warmup = "3s";

	@Option(names = "--rounds", paramLabel = "N",
			description = "Number of rounds. Each measures every row once; calls/s and CPU are medians (1).")
	private String rounds = "1";

	@Option(names = "--deadline", paramLabel = "TIME",
			description = "How long a call waits at most (rabbit.rpc.client.deadline).")
	private @Nullable String deadline;

	/**
	 * Says what is measured.
	 * @param settings settings of the command line
	 * @return the plan
	 * @throws IllegalArgumentException if an option is wrong
	 */
	public BenchPlan plan(List<String> settings) {
		return new BenchPlan(rows(settings), OptionValues.duration("--warmup", this.warmup, Duration.ZERO, LONGEST),
				OptionValues.duration("--duration", this.duration, Duration.ofMillis(100), LONGEST),
				OptionValues.wholeNumber("--rounds", this.rounds, 1, MOST_ROUNDS));
	}

	/**
	 * How long a call waits.
	 * @return the time, or {@code null} if the settings decide
	 * @throws IllegalArgumentException if it is wrong
	 */
	public @Nullable Duration deadline() {
		return (this.deadline != null)
				? OptionValues.duration("--deadline", this.deadline, Duration.ofMillis(1), LONGEST) : null;
	}

	private List<BenchRow> rows(List<String> settings) {
		String closed = (this.concurrency == null && this.rate == null) ? "32" : this.concurrency;
		return BenchRow.product(clients(), OptionValues.oneOrMore("--api", this.api, Api.class), replyModes(settings),
				(closed != null) ? OptionValues.wholeNumbers("--concurrency", closed, 1, MOST_IN_FLIGHT) : List.of(),
				(this.rate != null) ? OptionValues.wholeNumbers("--rate", this.rate, 1, HIGHEST_RATE) : List.of());
	}

	private List<MeasuredClient> clients() {
		List<MeasuredClient> clients = new ArrayList<>(List.of(MeasuredClient.RABBIT_RPC));
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
