package io.rabbitrpc;

import java.time.Duration;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link BrokerSettings}.
 */
class BrokerSettingsTests {

	@Test
	void defaultsAreTaken() {
		assertThatNoException().isThrownBy(() -> BrokerSettings.check(new RabbitProperties()));
	}

	@Test
	void aWaitWithoutEndIsRefused() {
		assertRefused("spring.rabbitmq.requested-heartbeat",
				(properties) -> properties.setRequestedHeartbeat(Duration.ZERO));
		assertRefused("spring.rabbitmq.connection-timeout",
				(properties) -> properties.setConnectionTimeout(Duration.ZERO));
		assertRefused("spring.rabbitmq.channel-rpc-timeout",
				(properties) -> properties.setChannelRpcTimeout(Duration.ZERO));
		assertRefused("spring.rabbitmq.template.reply-timeout",
				(properties) -> properties.getTemplate().setReplyTimeout(Duration.ofMillis(-1)));
	}

	@Test
	void repetitionsBySpringAreRefused() {
		assertRefused("spring.rabbitmq.template.retry.enabled",
				(properties) -> properties.getTemplate().getRetry().setEnabled(true));
	}

	private static void assertRefused(String name, Consumer<RabbitProperties> setting) {
		RabbitProperties properties = new RabbitProperties();
		setting.accept(properties);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> BrokerSettings.check(properties))
			.returns(name, InvalidConfigurationPropertyValueException::getName);
	}

}
