package io.rabbitrpc.bench.options;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.call.RequestFormat;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.Requests;

/**
 * The requests, and where they go.
 *
 * @param format what all requests have in common
 * @param deadline how long a call waits, unless the settings decide
 * @param settings settings of the command line
 * @param requests the requests
 * @param expectation which values are right
 */
public record BenchTarget(RequestFormat format, @Nullable Duration deadline, List<String> settings, Requests requests,
		Expectation expectation) {

}
