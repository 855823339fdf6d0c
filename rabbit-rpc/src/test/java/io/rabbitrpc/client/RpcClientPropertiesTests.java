package io.rabbitrpc.client;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RpcClientProperties}.
 */
class RpcClientPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@ParameterizedTest
	@ValueSource(strings = { "deadline=0s", "deadline=-1s", "deadline=25h", "deadline=999us", "deadline=soon",
			"reply-mode=shared", "no-server=panic", "max-in-flight=0", "max-in-flight=100001", "no-such-setting=1",
			"retry.max-attempts=0", "retry.max-attempts=11", "retry.backoff=0s", "queues.quotes.deadline=0s",
			"queues.quotes.timeout=1s", "queues.quotes.idempotent=maybe" })
	void wrongValuesStopTheStart(String setting) {
		this.runner.withPropertyValues("rabbit.rpc.client." + setting)
			.run((context) -> assertThat(context).hasFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "deadline=1ms", "deadline=2s", "deadline=24h", "reply-mode=callback-queue",
			"reply-mode=direct", "no-server=wait", "max-in-flight=1", "retry.max-attempts=10",
			"queues.quotes.deadline=300ms", "queues.[a/b.c].idempotent=true" })
	void rightValuesDoNot(String setting) {
		this.runner.withPropertyValues("rabbit.rpc.client." + setting)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void queueHasItsOwnDeadlineOrThatOfAllCalls() {
		RpcClientProperties properties = TestProperties
			.of(Map.of("deadline", "2s", "queues.quotes.deadline", "300ms", "queues.rpc_queue.deadline", "400ms"));
		assertThat(properties.deadline("quotes")).isEqualTo(Duration.ofMillis(300));
		assertThat(properties.deadline("rpc_queue")).isEqualTo(Duration.ofMillis(400));
		assertThat(properties.deadline("stock")).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.deadline(null)).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void withoutSettingsNoDeadlineIsKnown() {
		assertThat(TestProperties.of(Map.of("queues.quotes.idempotent", "true")).deadline("quotes")).isNull();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(RpcClientProperties.class)
	static class PropertiesConfiguration {

	}

}
