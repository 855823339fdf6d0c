package io.fibrpc.client;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;

import io.micrometer.tracing.Tracer;
import io.rabbitrpc.client.ReplyMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests what the client logs of the programs around it that are away.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoggingTests {

	private static final Map<String, String> NO_BROKER = Map.of("spring.rabbitmq.addresses", "localhost:1");

	@Test
	void loggersOfTheConnectionAreSwitchedOnBySettings() {
		RunningClient.start(NO_BROKER, ReplyMode.DIRECT).close();
		assertThat(level()).isEqualTo(LogLevel.OFF);
		RunningClient.start(NO_BROKER, ReplyMode.DIRECT, "--logging.level.broker=info").close();
		assertThat(level()).isEqualTo(LogLevel.INFO);
	}

	private LogLevel level() {
		LoggerConfiguration logger = LoggingSystem.get(getClass().getClassLoader())
			.getLoggerConfiguration("org.springframework.amqp.rabbit.connection.CachingConnectionFactory");
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
