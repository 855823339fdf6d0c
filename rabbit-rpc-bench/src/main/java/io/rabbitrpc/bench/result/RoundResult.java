package io.rabbitrpc.bench.result;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.Measurement;

/**
 * The result of one row in one round.
 *
 * @param callsPerSecond calls that got the right value in a second
 * @param cpuMicrosPerCall processor time of this process for each call that ended
 * @param latencies of its calls
 * @param outcomes how many calls had which outcome
 * @param firstFailure the first call that did not get the right value, if any
 */
public record RoundResult(double callsPerSecond, double cpuMicrosPerCall, Latencies latencies,
		Map<String, Long> outcomes, @Nullable CallFailure firstFailure) {

	/**
	 * The result of a round.
	 * @param measurement of its calls
	 * @param cpuMicros processor time of this process within the measured time
	 * @return the result
	 */
	public static RoundResult of(Measurement measurement, double cpuMicros) {
		Map<String, Long> outcomes = measurement.outcomes();
		return new RoundResult(measurement.valuesWithinTime() / measurement.seconds(),
				cpuMicros / Math.max(1, measurement.endedWithinTime()), Latencies.of(measurement.latencies(), outcomes),
				outcomes, measurement.firstFailure());
	}

	/**
	 * The result of a round in which no call was made.
	 * @param failure the reason
	 * @return the result
	 */
	public static RoundResult withoutCalls(CallFailure failure) {
		Map<String, Long> outcomes = Map.of(failure.outcome(), 1L);
		return new RoundResult(0, 0, Latencies.of(Measurement.newHistogram(), outcomes), outcomes, failure);
	}

}
