package io.fibrpc.server;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of which log lines of other libraries about the broker the server shows.
 */
@Tag("slow")
class LoggingTests {

	private static final Map<String, String> NO_BROKER = Map.of("spring.rabbitmq.addresses", "localhost:1",
			"spring.rabbitmq.listener.direct.auto-startup", "false");

	@Test
	void loggersOfTheConnectionAreSwitchedOnBySettings() {
		assertLevel(LogLevel.OFF);
		assertLevel(LogLevel.INFO, "--logging.level.broker=info");
	}

	private void assertLevel(LogLevel level, String... settings) {
		try (RunningServer server = RunningServer.start(NO_BROKER, settings)) {
			String group = server.bean(Environment.class).getRequiredProperty("logging.group.broker");
			assertThat(Stream.of(group.split(","))).isNotEmpty().allSatisfy((name) -> {
				assertThat(ClassUtils.isPresent(name, getClass().getClassLoader())).isTrue();
				assertThat(level(name)).isEqualTo(level);
			});
		}
	}

	private LogLevel level(String name) {
		LoggerConfiguration logger = LoggingSystem.get(getClass().getClassLoader()).getLoggerConfiguration(name);
		return Objects.requireNonNull(logger).getLevelConfiguration().getLevel();
	}

}
