package io.rabbitrpc.broker;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says in one sentence that guest is refused. Boot's own analysis is for settings that
 * somebody has set, and guest is the default.
 */
final class GuestFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		return cause.getName().equals(BrokerSettings.USERNAME)
				? new FailureAnalysis(cause.getName() + " " + cause.getReason(), null, cause) : null;
	}

}
