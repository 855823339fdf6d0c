package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.Measurement;
import io.rabbitrpc.bench.report.Rounds;

/**
 * The result of a row in all its rounds.
 *
 * @param row the row
 * @param rounds one or more
 */
public record RowResult(BenchRow row, List<RoundResult> rounds) {

	double callsPerSecond() {
		return callsPerSecondByRound().median();
	}

	double cpuMicrosPerCall() {
		return byRound(RoundResult::cpuMicrosPerCall).median();
	}

	Rounds callsPerSecondByRound() {
		return byRound(RoundResult::callsPerSecond);
	}

	private Rounds byRound(Function<RoundResult, Double> value) {
		return new Rounds(this.rounds.stream().map(value).toList());
	}

	Latencies latencies() {
		return Latencies.merged(this.rounds.stream().map(RoundResult::latencies).toList());
	}

	Map<String, Long> outcomes() {
		Map<String, Long> merged = new TreeMap<>();
		this.rounds
			.forEach((round) -> round.outcomes().forEach((outcome, count) -> merged.merge(outcome, count, Long::sum)));
		return merged;
	}

	/**
	 * The first call that did not get the right value.
	 * @return what happened, or {@code null} if there is none
	 */
	public @Nullable CallFailure firstFailure() {
		return this.rounds.stream().map(RoundResult::firstFailure).filter(Objects::nonNull).findFirst().orElse(null);
	}

	/**
	 * The exit code for this row.
	 * @return 0 if a call succeeded and no value was wrong
	 */
	public int exitCode() {
		Map<String, Long> outcomes = outcomes();
		if (outcomes.containsKey(Measurement.WRONG)) {
			return CallFailure.EXPECTATION_MISSED;
		}
		if (outcomes.containsKey(RpcStatus.OK.name())) {
			return RpcStatus.OK.exitCode();
		}
		CallFailure failure = firstFailure();
		return (failure != null) ? failure.exitCode() : RpcStatus.DEADLINE_EXCEEDED.exitCode();
	}

}
