package io.rabbitrpc.client;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Is fulfilled unless the application excludes Boot's auto-configuration of RabbitMQ: the
 * connections are made from what that defines. It defines its beans after the client
 * does, so the client cannot ask for them.
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
