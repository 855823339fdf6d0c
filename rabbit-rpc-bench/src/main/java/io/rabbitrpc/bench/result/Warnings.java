package io.rabbitrpc.bench.result;

import java.util.ArrayList;
import java.util.List;

import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.bench.report.Rounds;

/**
 * Warns of results that may be misleading.
 */
final class Warnings {

	private static final double KEPT_UP = 0.95;

	private Warnings() {
	}

	static List<String> of(List<RowResult> results) {
		List<String> warnings = new ArrayList<>();
		for (RowResult result : results) {
			Rounds rounds = result.callsPerSecondByRound();
			if (rounds.differWidely()) {
				warnings
					.add("%s: the rounds differ widely, from %s to %s calls/s; stop other programs, or measure longer"
						.formatted(result.row(), Numbers.text(rounds.min()), Numbers.text(rounds.max())));
			}
			Integer rate = result.row().rate();
			if (rate != null && rounds.median() < KEPT_UP * rate) {
				warnings.add(
						"%s: only %s of %s calls due in a second got their value, so latencies grow as long as the measurement lasts"
							.formatted(result.row(), Numbers.text(rounds.median()), Numbers.text(rate)));
			}
		}
		return warnings;
	}

}
