package io.rabbitrpc.bench.result;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.report.Numbers;

/**
 * Writes latencies.
 */
final class Millis {

	/** A percentile that falls on a call without the right value. */
	private static final String FAILED = "failed";

	private Millis() {
	}

	static String text(@Nullable Long nanos, String unit) {
		return (nanos != null) ? Numbers.text(nanos / (double) TimeUnit.MILLISECONDS.toNanos(1)) + unit : FAILED;
	}

}
