package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The results as JSON.
 */
final class ResultJson {

	private static final double P50 = 50;

	private static final double P90 = 90;

	private static final double P99 = 99;

	private static final double P999 = 99.9;

	private static final double ROUNDING = 10;

	private final List<RowResult> results;

	ResultJson(List<RowResult> results) {
		this.results = results;
	}

	byte[] bytes() {
		return JsonMapper.builder()
			.enable(SerializationFeature.INDENT_OUTPUT)
			.build()
			.writeValueAsBytes(this.results.stream().map(ResultJson::row).toList());
	}

	static Row row(RowResult result) {
		BenchRow row = result.row();
		Latencies latencies = result.latencies();
		return new Row(row.client().toString(), row.api().toString(), row.replyMode().toString(), row.inFlight(),
				row.rate(), rounded(result.callsPerSecond()), micros(latencies, P50), micros(latencies, P90),
				micros(latencies, P99), micros(latencies, P999), micros(latencies.max()),
				rounded(result.cpuMicrosPerCall()), result.outcomes(),
				result.rounds().stream().map(ResultJson::round).toList());
	}

	private static Round round(RoundResult round) {
		return new Round(rounded(round.callsPerSecond()), micros(round.latencies(), P50),
				micros(round.latencies(), P99), rounded(round.cpuMicrosPerCall()), round.outcomes());
	}

	private static @Nullable Double micros(Latencies latencies, double percentile) {
		return micros(latencies.at(percentile));
	}

	private static @Nullable Double micros(@Nullable Long nanos) {
		return (nanos != null) ? rounded(nanos / (double) TimeUnit.MICROSECONDS.toNanos(1)) : null;
	}

	private static double rounded(double value) {
		return Math.round(value * ROUNDING) / ROUNDING;
	}

	/**
	 * One row.
	 *
	 * @param client {@code rabbit-rpc}, {@code hand-written} or
	 * {@code hand-written-protected}
	 * @param api {@code blocking} or {@code async}
	 * @param replyMode {@code direct} or {@code callback-queue}
	 * @param inFlight calls in flight, or {@code null} in an open loop
	 * @param rate calls that start in a second, or {@code null} in a closed loop
	 * @param callsPerSecond right values in a second, the median of the rounds
	 * @param p50Micros time within which half of the calls got a right value, or
	 * {@code null} if fewer got one
	 * @param p90Micros the same of 90 %
	 * @param p99Micros the same of 99 %
	 * @param p999Micros the same of 99.9 %
	 * @param maxMicros the longest latency of a right value
	 * @param cpuMicrosPerCall processor time of the client, the median of the rounds
	 * @param outcomes how many calls had which outcome
	 * @param rounds the rounds one by one
	 */
	record Row(String client, String api, String replyMode, @Nullable Integer inFlight, @Nullable Integer rate,
			double callsPerSecond, @Nullable Double p50Micros, @Nullable Double p90Micros, @Nullable Double p99Micros,
			@Nullable Double p999Micros, @Nullable Double maxMicros, double cpuMicrosPerCall,
			Map<String, Long> outcomes, List<Round> rounds) {

	}

	/**
	 * One round of a row.
	 *
	 * @param callsPerSecond right values in a second
	 * @param p50Micros time within which half of the calls got a right value
	 * @param p99Micros the same of 99 %
	 * @param cpuMicrosPerCall processor time of the client
	 * @param outcomes how many calls had which outcome
	 */
	record Round(double callsPerSecond, @Nullable Double p50Micros, @Nullable Double p99Micros, double cpuMicrosPerCall,
			Map<String, Long> outcomes) {

	}

}
