package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.bench.load.Measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * Tests for {@link Latencies}.
 */
class LatenciesTests {

	private static final long MILLI = 1_000_000;

	@Test
	void callThatFailsIsSlowerThanAllThatDoNot() {
		Latencies latencies = Latencies.of(values(90), Map.of("OK", 90L, "DEADLINE_EXCEEDED", 7L, "NOT_STARTED", 3L));
		assertThat(latencies.at(50)).isCloseTo(50 * MILLI, withinPercentage(1));
		assertThat(latencies.at(90)).isCloseTo(90 * MILLI, withinPercentage(1));
		assertThat(latencies.at(91)).isNull();
		assertThat(latencies.at(99)).isNull();
		assertThat(latencies.max()).isCloseTo(90 * MILLI, withinPercentage(1));
	}

	@Test
	void withoutFailuresTheyAreTheHistograms() {
		Histogram values = values(1000);
		Latencies latencies = Latencies.of(values, Map.of("OK", 1000L));
		for (double percentile : new double[] { 1, 50, 90, 99, 99.9, 100 }) {
			assertThat(latencies.at(percentile)).isEqualTo(values.getValueAtPercentile(percentile));
		}
	}

	@Test
	void withoutCallsThereAreNoLatencies() {
		Latencies latencies = Latencies.of(values(0), Map.of());
		assertThat(latencies.at(50)).isNull();
		assertThat(latencies.max()).isNull();
	}

	@Test
	void roundsAreMergedWithTheirFailures() {
		Latencies merged = Latencies.merged(
				List.of(Latencies.of(values(10), Map.of("OK", 10L)), Latencies.of(values(0), Map.of("WRONG", 10L))));
		assertThat(merged.at(50)).isCloseTo(10 * MILLI, withinPercentage(1));
		assertThat(merged.at(51)).isNull();
	}

	// 1, 2, 3 ... ms
	private static Histogram values(int count) {
		Histogram values = Measurement.newHistogram();
		for (int i = 1; i <= count; i++) {
			values.recordValue(i * MILLI);
		}
		return values;
	}

}
