package io.rabbitrpc.bench.result;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.report.Numbers;

/**
 * The limits that the rows of the library's client must reach. They do not apply to the
 * other clients.
 *
 * @param callsPerSecond the lowest number, or {@code null}
 * @param p99 the longest time for 99 of 100 calls, or {@code null}
 */
public record Limits(@Nullable Integer callsPerSecond, @Nullable Duration p99) {

	private static final double P99 = 99;

	/**
	 * Compares the results with the limits.
	 * @param results the results
	 * @return a sentence for each missed limit
	 */
	public List<String> missed(List<RowResult> results) {
		List<String> missed = new ArrayList<>();
		results.stream().filter((result) -> result.row().client() == MeasuredClient.RABBIT_RPC).forEach((result) -> {
			double calls = result.callsPerSecond();
			if (this.callsPerSecond != null && calls < this.callsPerSecond) {
				missed.add("%s: %s calls/s are fewer than --fail-below=%d".formatted(result.row(), Numbers.text(calls),
						this.callsPerSecond));
			}
			Long nanos = result.latencies().at(P99);
			if (this.p99 != null && (nanos == null || nanos > this.p99.toNanos())) {
				missed.add("%s: p99 is %s, more than --fail-above-p99=%s ms".formatted(result.row(),
						Millis.text(nanos, " ms"), this.p99.toMillis()));
			}
		});
		return missed;
	}

}
