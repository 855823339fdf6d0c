package io.fibrpc.server;

import io.rabbitrpc.BrokerSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.CacheMode;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties.AmqpContainer;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties.ContainerType;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.stereotype.Component;

/**
 * Stops the start at settings of Boot's with which requests would be lost, answered twice
 * or left, without a word.
 */
@Component
final class ListenerSettings {

	private static final String PREFIX = "spring.rabbitmq.";

	ListenerSettings(RabbitProperties properties) {
		BrokerSettings.check(properties);
		RabbitProperties.Listener listener = properties.getListener();
		refuseIf(listener.getType() == ContainerType.STREAM, "listener.type", listener.getType(),
				"must be direct or simple: a stream has no requests");
		check("listener.direct.", listener.getDirect());
		check("listener.simple.", listener.getSimple());
		refuseIf(listener.getSimple().isConsumerBatchEnabled(), "listener.simple.consumer-batch-enabled", true,
				"must be false: each request has a reply of its own");
		refuseIf(properties.getCache().getConnection().getMode() != CacheMode.CHANNEL, "cache.connection.mode",
				properties.getCache().getConnection().getMode(),
				"must be channel: the server has one connection for requests and one for replies");
	}

	private static void check(String type, AmqpContainer container) {
		AcknowledgeMode mode = container.getAcknowledgeMode();
		refuseIf(mode != null && mode != AcknowledgeMode.AUTO, type + "acknowledge-mode", mode,
				"must be auto: a request is acknowledged when its reply is out");
		refuseIf(Boolean.TRUE.equals(container.getDefaultRequeueRejected()), type + "default-requeue-rejected", true,
				"must be false: what cannot be answered would come back for ever");
		refuseIf(container.getRetry().isEnabled(), type + "retry.enabled", true,
				"must be false: the server would do its work several times for one reply");
	}

	private static void refuseIf(boolean condition, String name, @Nullable Object value, String reason) {
		if (condition) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, reason);
		}
	}

}
