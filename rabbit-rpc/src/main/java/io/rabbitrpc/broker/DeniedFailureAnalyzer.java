package io.rabbitrpc.broker;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * Says in one sentence what the broker denied to a program that starts: login, virtual
 * host, TLS or a permission.
 */
final class DeniedFailureAnalyzer extends AbstractFailureAnalyzer<RpcException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, RpcException cause) {
		return (cause.status() == RpcStatus.PERMISSION_DENIED)
				? new FailureAnalysis(cause.status() + ": " + cause.getMessage(), null, cause) : null;
	}

}
