package io.fibrpc.client;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FibonacciClientProperties}.
 */
class FibonacciClientPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@ParameterizedTest
	@ValueSource(strings = { "deadline=0s", "deadline=-1s", "deadline=25h", "deadline=soon", "reply-mode=shared",
			"no-server=panic", "max-in-flight=0", "max-in-flight=100001", "request-queue=", "no-such-setting=1" })
	void wrongValuesStopTheStart(String setting) {
		this.runner.withPropertyValues("fib.client." + setting).run((context) -> assertThat(context).hasFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "deadline=1ms", "deadline=2s", "reply-mode=callback-queue", "reply-mode=direct",
			"no-server=wait", "max-in-flight=1", "request-queue=s14rpc" })
	void rightValuesDoNot(String setting) {
		this.runner.withPropertyValues("fib.client." + setting).run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(FibonacciClientProperties.class)
	static class PropertiesConfiguration {

	}

}
