package io.rabbitrpc.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.client.ReplyMode;

/**
 * One row of the results. Exactly one of the last two parameters is set.
 *
 * @param client which client makes the calls
 * @param api how callers wait
 * @param replyMode where replies arrive
 * @param inFlight how many calls are in flight at any time: a closed loop
 * @param rate how many calls start in a second, however long they take: an open loop
 */
public record BenchRow(MeasuredClient client, Api api, ReplyMode replyMode, @Nullable Integer inFlight,
		@Nullable Integer rate) {

	/**
	 * All combinations. Rows that belong together stand side by side.
	 * @param clients which clients
	 * @param apis which apis
	 * @param replyModes which reply modes
	 * @param inFlight closed loops
	 * @param rates open loops
	 * @return the rows
	 */
	public static List<BenchRow> product(List<MeasuredClient> clients, List<Api> apis, List<ReplyMode> replyModes,
			List<Integer> inFlight, List<Integer> rates) {
		List<BenchRow> rows = new ArrayList<>();
		for (ReplyMode replyMode : replyModes) {
			for (Api api : apis) {
				for (Integer number : inFlight) {
					clients.forEach((client) -> rows.add(new BenchRow(client, api, replyMode, number, null)));
				}
				for (Integer rate : rates) {
					clients.forEach((client) -> rows.add(new BenchRow(client, api, replyMode, null, rate)));
				}
			}
		}
		return rows;
	}

	BenchRow handWritten() {
		return new BenchRow(MeasuredClient.HAND_WRITTEN, this.api, this.replyMode, this.inFlight, this.rate);
	}

	String load() {
		return (this.rate != null) ? Numbers.text(this.rate) + "/s"
				: Numbers.text(Objects.requireNonNull(this.inFlight)) + " in flight";
	}

	@Override
	public String toString() {
		return "%s, %s, %s, %s".formatted(this.client, this.api, this.replyMode, load());
	}

}
