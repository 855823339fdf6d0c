package io.rabbitrpc.bench;

import java.util.Map;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one row came to in one round.
 *
 * @param callsPerSecond calls that got the right value in a second
 * @param cpuMicrosPerCall processor time of this process for each call that ended
 * @param latencies of the calls that got the right value, and how late those were that
 * never started, in nanoseconds
 * @param outcomes how many calls had which outcome
 * @param firstFailure the first call that did not get the right value, if any
 */
record RoundResult(double callsPerSecond, double cpuMicrosPerCall, Histogram latencies, Map<String, Long> outcomes,
		@Nullable CallFailure firstFailure) {

	static RoundResult of(Measurement measurement, double cpuMicros) {
		return new RoundResult(measurement.valuesWithinTime() / measurement.seconds(),
				cpuMicros / Math.max(1, measurement.endedWithinTime()), measurement.latencies(), measurement.outcomes(),
				measurement.firstFailure());
	}

	static RoundResult refused(CallFailure failure) {
		return new RoundResult(0, 0, Measurement.newHistogram(), Map.of(failure.outcome(), 1L), failure);
	}

}
