package io.rabbitrpc.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.rabbitrpc.bench.load.FibonacciTable;
import io.rabbitrpc.bench.load.NumberMix;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.client.ReplyMode;

/**
 * What is to be measured.
 *
 * @param rows what gets a row of the results
 * @param numbers what is asked for
 * @param checked whether values are compared with the right ones
 * @param warmup how long each row is under load before it is measured
 * @param duration how long each row is measured in each round
 * @param rounds how often each row is measured
 */
record BenchPlan(List<BenchRow> rows, NumberMix numbers, boolean checked, Duration warmup, Duration duration,
		int rounds) {

	/**
	 * Makes sure that the right values can be known.
	 * @throws IllegalArgumentException if not
	 */
	void requireCheckable() {
		if (this.checked && this.numbers.distinct().anyMatch((n) -> n > FibonacciTable.MAX_N)) {
			throw new IllegalArgumentException(
					"--n takes numbers up to %d, unless --no-check is given".formatted(FibonacciTable.MAX_N));
		}
	}

	FibonacciTable table() {
		return new FibonacciTable(this.checked ? this.numbers.distinct() : IntStream.empty());
	}

	List<ReplyMode> replyModes() {
		return this.rows.stream().map(BenchRow::replyMode).distinct().toList();
	}

	/**
	 * The order in which the rows are measured. Each round has every row once, so that
	 * what changes on the machine meanwhile falls on all of them.
	 * @return each row as often as there are rounds
	 */
	List<BenchRow> order() {
		return IntStream.range(0, this.rounds).boxed().flatMap((round) -> this.rows.stream()).toList();
	}

	// How long one row takes in one round
	Duration row() {
		return this.warmup.plus(this.duration);
	}

	Duration total() {
		return row().multipliedBy(order().size());
	}

}
