package io.fibrpc.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

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

	@ParameterizedTest
	@ValueSource(strings = { "config/rabbitmq/definitions.json", "README.md" })
	void policyEndsNoCallBeforeItsDeadline(String file) throws IOException {
		String policies = Files.readString(Path.of("..", file));
		assertThat(Pattern.compile("\"message-ttl\": ?(\\d+)").matcher(policies).results()).isNotEmpty()
			.allSatisfy((ttl) -> assertThat(Long.parseLong(ttl.group(1)))
				.isGreaterThanOrEqualTo(FibonacciClientProperties.LONGEST_DEADLINE.toMillis()));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(FibonacciClientProperties.class)
	static class PropertiesConfiguration {

	}

}
