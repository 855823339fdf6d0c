package io.rabbitrpc;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says in one sentence what the broker refused.
 */
final class BrokerRefusedFailureAnalyzer extends AbstractFailureAnalyzer<BrokerRefusedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, BrokerRefusedException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
	}

}
