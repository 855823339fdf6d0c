package io.rabbitrpc.bench.result;

import java.util.ArrayList;
import java.util.List;

import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.bench.report.Rounds;

/**
 * Says which results are to be read with care.
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
					.add("%s: the rounds differ widely, from %s to %s calls/s; let nothing else run, or measure longer"
						.formatted(result.row(), Numbers.text(rounds.min()), Numbers.text(rounds.max())));
			}
			Integer rate = result.row().rate();
			if (rate != null && rounds.median() < KEPT_UP * rate) {
				warnings.add(
						"%s: %s of %s calls due in a second got their value; latencies grow for as long as it is measured"
							.formatted(result.row(), Numbers.text(rounds.median()), Numbers.text(rate)));
			}
		}
		return warnings;
	}

}
