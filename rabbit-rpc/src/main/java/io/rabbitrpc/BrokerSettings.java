package io.rabbitrpc;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Checks settings of Boot that would silently break a promise of both sides: a dead peer
 * is noticed, nothing waits for the broker for ever, and nothing is done twice.
 */
public final class BrokerSettings {

	private static final String PREFIX = "spring.rabbitmq.";

	private BrokerSettings() {
	}

	/**
	 * Checks the settings.
	 * @param properties the settings
	 * @throws InvalidConfigurationPropertyValueException at the first that is invalid,
	 * with its name and the reason
	 */
	public static void check(RabbitProperties properties) {
		positive("requested-heartbeat", properties.getRequestedHeartbeat(), Duration.ofSeconds(1),
				"must be 1s or more: without heartbeats a program never notices a dead peer");
		positive("connection-timeout", properties.getConnectionTimeout(), Duration.ofMillis(1),
				"must be 1ms or more: an attempt to connect could last for ever");
		positive("channel-rpc-timeout", properties.getChannelRpcTimeout(), Duration.ofMillis(1),
				"must be 1ms or more: a wait for the broker could last for ever");
		if (properties.getTemplate().getRetry().isEnabled()) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "template.retry.enabled", true,
					"must be false: it sends requests again that a server may have answered already");
		}
		Duration replyTimeout = properties.getTemplate().getReplyTimeout();
		positive("template.reply-timeout", replyTimeout, Duration.ofMillis(1),
				"must be 1ms or more: every call needs a deadline");
	}

	private static void positive(String name, @Nullable Duration value, Duration least, String reason) {
		if (value != null && value.compareTo(least) < 0) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, reason);
		}
	}

}
