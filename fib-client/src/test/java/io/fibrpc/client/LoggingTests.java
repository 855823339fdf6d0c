package io.fibrpc.client;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.micrometer.tracing.Tracer;
import io.rabbitrpc.client.ReplyMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests what the client logs while other programs are missing.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class LoggingTests {

	private static final Map<String, String> NO_BROKER = Map.of("spring.rabbitmq.addresses", "localhost:1");

	@Test
	void loggersOfTheConnectionAreSwitchedOnBySettings() {
		assertLevel(LogLevel.OFF);
		assertLevel(LogLevel.INFO, "--logging.level.broker=info");
	}

	private void assertLevel(LogLevel level, String... settings) {
		try (RunningClient client = RunningClient.start(NO_BROKER, ReplyMode.DIRECT, settings)) {
			String group = client.bean(Environment.class).getRequiredProperty("logging.group.broker");
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

	@Test
	void missingCollectorIsOneLine(CapturedOutput output) {
		try (RunningClient client = RunningClient.start(NO_BROKER, ReplyMode.DIRECT,
				"--management.tracing.export.enabled=true", "--management.tracing.sampling.probability=1",
				"--management.opentelemetry.tracing.export.schedule-delay=100ms",
				"--management.opentelemetry.tracing.export.otlp.timeout=1s",
				"--management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:1/v1/traces")) {
			assertThat(client.bean(Tracer.class)).isNotNull();
			for (int i = 0; i < 3; i++) {
				HttpResponse<String> response = client.get("/fibonacci/30");
				assertThat(response.statusCode()).isEqualTo(503);
			}
			await().untilAsserted(() -> assertThat(output).contains("Spans cannot be sent"));
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("Spans cannot be sent"))).hasSize(1);
		assertThat(output).doesNotContain("\tat ");
	}

}
