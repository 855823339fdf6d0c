package io.rabbitrpc.broker;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
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

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]" })
	void guestIsTakenOnThisMachine(String host) {
		assertThatNoException().isThrownBy(() -> BrokerSettings.checkLogin("guest", "guest", List.of(host)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.1", "2001:db8::1", "no-such-host.invalid" })
	void guestIsRefusedElsewhereWithBothWaysOut(String host) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> BrokerSettings.checkLogin("guest", "guest", List.of("localhost", host)))
			.returns("spring.rabbitmq.username", InvalidConfigurationPropertyValueException::getName)
			.withMessageContaining("must be a user of your own at " + host + ":")
			.withMessageContaining("rabbit.rpc.allow-guest=true")
			.satisfies((ex) -> assertThat(new GuestFailureAnalyzer().analyze(ex)).isNotNull()
				.extracting(FailureAnalysis::getDescription)
				.asString()
				.startsWith("spring.rabbitmq.username must be a user of your own at " + host));
	}

	@Test
	void anyOtherLoginIsTakenElsewhere() {
		assertThatNoException().isThrownBy(() -> {
			BrokerSettings.checkLogin("shop", "guest", List.of("192.0.2.1"));
			BrokerSettings.checkLogin("guest", "changed", List.of("192.0.2.1"));
		});
	}

	private static void assertRefused(String name, Consumer<RabbitProperties> setting) {
		RabbitProperties properties = new RabbitProperties();
		setting.accept(properties);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> BrokerSettings.check(properties))
			.returns(name, InvalidConfigurationPropertyValueException::getName);
	}

}
