package io.rabbitrpc.bench.result;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.bench.load.Measurement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Limits}.
 */
class LimitsTests {

	private static final BenchRow ROW = TestRounds.row(MeasuredClient.RABBIT_RPC);

	// 300 calls/s, p99 0.4 ms
	private static final List<RowResult> RESULTS = List.of(TestRounds.row(ROW, 300, 300, 310),
			TestRounds.row(TestRounds.row(MeasuredClient.HAND_WRITTEN), 1));

	@Test
	void aReachedLimitIsNotMissed() {
		assertThat(new Limits(300, Duration.ofMillis(1)).missed(RESULTS)).isEmpty();
		assertThat(new Limits(null, null).missed(RESULTS)).isEmpty();
	}

	@Test
	void tooFewCallsAreMissedByTheMedianOfTheRounds() {
		assertThat(new Limits(301, null).missed(RESULTS))
			.containsExactly("rabbit-rpc, async, direct, 32 in flight: 300 calls/s are fewer than --fail-below=301");
	}

	@Test
	void p99OfCallsThatFailIsMissedHoweverQuicklyTheyFail() {
		Histogram values = Measurement.newHistogram();
		values.recordValueWithCount(1_000_000, 98);
		RowResult result = new RowResult(ROW,
				List.of(TestRounds.round(98, values, Map.of("OK", 98L, "UNAVAILABLE", 2L), null)));
		assertThat(new Limits(null, Duration.ofHours(1)).missed(List.of(result))).containsExactly(
				"rabbit-rpc, async, direct, 32 in flight: p99 is failed, more than --fail-above-p99=3600000 ms");
	}

}
