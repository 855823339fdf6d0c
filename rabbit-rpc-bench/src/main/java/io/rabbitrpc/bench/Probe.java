package io.rabbitrpc.bench;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.bench.call.RpcTarget;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.Request;

/**
 * One call before all others. If it fails at once, the program does not measure for
 * minutes.
 */
final class Probe {

	private final RpcTarget target;

	private final Expectation expectation;

	Probe(RpcTarget target, Expectation expectation) {
		this.target = target;
		this.expectation = expectation;
	}

	@Nullable CallFailure call(Request request) {
		try {
			byte[] value = this.target.call(request);
			return this.expectation.isMet(request, value) ? null : CallFailure.wrong(request, value);
		}
		catch (RpcException ex) {
			return CallFailure.of(ex);
		}
	}

}
