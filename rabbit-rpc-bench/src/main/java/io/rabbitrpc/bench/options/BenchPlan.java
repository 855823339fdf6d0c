package io.rabbitrpc.bench.options;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.client.ReplyMode;

/**
 * Says what is measured.
 *
 * @param rows the rows of the results
 * @param warmup how long each row is under load before it is measured
 * @param duration how long each row is measured in each round
 * @param rounds how often each row is measured
 */
public record BenchPlan(List<BenchRow> rows, Duration warmup, Duration duration, int rounds) {

	/**
	 * Where replies arrive.
	 * @return each reply mode of the rows once
	 */
	public List<ReplyMode> replyModes() {
		return this.rows.stream().map(BenchRow::replyMode).distinct().toList();
	}

	/**
	 * The order in which the rows are measured. Each round has every row once. So a
	 * change on the machine affects all rows alike.
	 * @return each row as often as there are rounds
	 */
	public List<BenchRow> order() {
		return IntStream.range(0, this.rounds).boxed().flatMap((round) -> this.rows.stream()).toList();
	}

	/**
	 * How long one row takes in one round.
	 * @return the time
	 */
	public Duration row() {
		return this.warmup.plus(this.duration);
	}

	/**
	 * How long the whole run takes.
	 * @return the time
	 */
	public Duration total() {
		return row().multipliedBy(order().size());
	}

}
