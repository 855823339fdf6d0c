package io.rabbitrpc.bench.result;

import java.util.Arrays;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.Measurement;
import io.rabbitrpc.client.ReplyMode;

/**
 * Results that no broker has made.
 */
final class TestRounds {

	private TestRounds() {
	}

	static RowResult row(BenchRow row, double... callsPerSecond) {
		return new RowResult(row, Arrays.stream(callsPerSecond).mapToObj(TestRounds::round).toList());
	}

	static BenchRow row(MeasuredClient client) {
		return new BenchRow(client, Api.ASYNC, ReplyMode.DIRECT, 32, null);
	}

	static RoundResult round(double callsPerSecond) {
		Histogram latencies = Measurement.newHistogram();
		for (long micros = 100; micros <= 400; micros += 100) {
			latencies.recordValue(1000 * micros);
		}
		return round(callsPerSecond, latencies, Map.of("OK", 4L), null);
	}

	static RoundResult round(double callsPerSecond, Histogram latencies, Map<String, Long> outcomes,
			@Nullable CallFailure failure) {
		return new RoundResult(callsPerSecond, callsPerSecond / 10, Latencies.of(latencies, outcomes), outcomes,
				failure);
	}

}
