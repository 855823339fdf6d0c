package io.fibrpc.client;

import io.rabbitrpc.RpcException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says why the client gave up when it made its first call.
 */
final class RpcFailureAnalyzer extends AbstractFailureAnalyzer<RpcException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RpcException cause) {
		return new FailureAnalysis(cause.status() + ": " + cause.getMessage(), null, cause);
	}

}
