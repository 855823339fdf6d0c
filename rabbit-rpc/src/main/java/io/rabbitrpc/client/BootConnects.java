package io.rabbitrpc.client;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches unless the application excludes Boot's auto-configuration of RabbitMQ. The
 * client's connections need the beans of that auto-configuration. They are defined after
 * the client's own beans, so the client cannot ask for them directly.
 */
final class BootConnects extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean excluded = context.getBeanFactory() != null && ConditionEvaluationReport.get(context.getBeanFactory())
			.getExclusions()
			.contains(RabbitAutoConfiguration.class.getName());
		return new ConditionOutcome(!excluded,
				excluded ? "RabbitAutoConfiguration is excluded" : "RabbitAutoConfiguration is not excluded");
	}

}
