package io.fibrpc.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FibonacciClientProperties}.
 */
class FibonacciClientPropertiesTests {

	private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@ParameterizedTest
	@ValueSource(strings = { "request-queue=", "no-such-setting=1", "demo=maybe", "page=maybe" })
	void wrongValuesStopTheStart(String setting) {
		this.runner.withPropertyValues("fib.client." + setting).run((context) -> assertThat(context).hasFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "request-queue=s14rpc", "demo=false", "page=false" })
	void rightValuesDoNot(String setting) {
		this.runner.withPropertyValues("fib.client." + setting).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "config/rabbitmq/definitions.json", "docs/operations.md" })
	void policyEndsNoCallBeforeItsDeadline(String file) throws IOException {
		String policies = Files.readString(Path.of("..", file));
		assertThat(Pattern.compile("\"message-ttl\": ?(\\d+)").matcher(policies).results()).isNotEmpty()
			.allSatisfy((ttl) -> assertThat(Long.parseLong(ttl.group(1)))
				.isGreaterThanOrEqualTo(LONGEST_DEADLINE.toMillis()));
	}

	@Test
	void everySettingHasADescriptionAndADefaultValueForIdes() {
		JsonNode settings = new JsonMapper()
			.readTree(Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json"))
			.path("properties");
		assertThat(settings).isNotEmpty()
			.allSatisfy((setting) -> assertThat(setting.propertyNames()).contains("description", "defaultValue"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(FibonacciClientProperties.class)
	static class PropertiesConfiguration {

	}

}
