package io.rabbitrpc.bench.result;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.report.Numbers;

/**
 * What the rows of the library's client have to reach. Those of the clients that it is
 * compared with need not.
 *
 * @param callsPerSecond at least so many, if it matters
 * @param p99 at most this time for 99 of 100 calls, if it matters
 */
public record Limits(@Nullable Integer callsPerSecond, @Nullable Duration p99) {

	private static final double P99 = 99;

	/**
	 * Compares.
	 * @param results the results
	 * @return what is missed, a sentence each
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
