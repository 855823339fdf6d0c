package io.fibrpc.server;

import java.nio.file.Path;

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
 * Tests for {@link FibonacciServerProperties}.
 */
class FibonacciServerPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@ParameterizedTest
	@ValueSource(strings = { "max-n=-1", "max-n=10000001", "delay=-1s", "queue-type=stream", "no-such-setting=1" })
	void wrongValuesStopTheStart(String setting) {
		this.runner.withPropertyValues("fib.server." + setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining(setting.replaceAll("^.*\\.|=.*", "").replace("queue-type", "QueueType")));
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
	@EnableConfigurationProperties(FibonacciServerProperties.class)
	static class PropertiesConfiguration {

	}

}
