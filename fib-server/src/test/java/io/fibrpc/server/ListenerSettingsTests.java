package io.fibrpc.server;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ListenerSettings}.
 */
class ListenerSettingsTests {

	@ParameterizedTest
	@ValueSource(strings = { "listener.direct.acknowledge-mode=none", "listener.direct.acknowledge-mode=manual",
			"listener.simple.acknowledge-mode=none", "listener.simple.acknowledge-mode=manual",
			"listener.direct.default-requeue-rejected=true", "listener.simple.default-requeue-rejected=true",
			"listener.direct.retry.enabled=true", "listener.simple.retry.enabled=true",
			"listener.simple.consumer-batch-enabled=true", "listener.type=stream", "cache.connection.mode=connection",
			"template.retry.enabled=true", "requested-heartbeat=0s" })
	void whatBreaksAPromiseWithoutAWordIsRefused(String setting) {
		String name = "spring.rabbitmq." + setting.substring(0, setting.indexOf('='));
		new ApplicationContextRunner().withUserConfiguration(Settings.class)
			.withPropertyValues("spring.rabbitmq." + setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.extracting("name", "reason")
				.satisfies((values) -> {
					assertThat(values).first().isEqualTo(name);
					assertThat(values).last().asString().startsWith("must be ");
				}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "listener.direct.acknowledge-mode=auto", "listener.direct.prefetch=10",
			"listener.type=simple", "listener.direct.default-requeue-rejected=false" })
	void allElseIsTaken(String setting) {
		new ApplicationContextRunner().withUserConfiguration(Settings.class)
			.withPropertyValues("spring.rabbitmq." + setting)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(RabbitProperties.class)
	@Import(ListenerSettings.class)
	static class Settings {

	}

}
