package io.fibrpc.server;

import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the settings of tracing switch it on and off.
 */
class TracingSettingsTests {

	private static final Map<String, String> NO_BROKER = Map.of("spring.rabbitmq.addresses", "localhost:1",
			"spring.rabbitmq.listener.direct.auto-startup", "false");

	@Test
	void byDefaultNothingTraces() {
		try (RunningServer server = RunningServer.start(NO_BROKER)) {
			assertThat(server.context().containsBean("rpcTracedListeners")).isFalse();
			for (Class<?> type : new Class<?>[] { SdkTracerProvider.class, SpanExporter.class,
					SdkLoggerProvider.class }) {
				assertThat(server.context().getBeanNamesForType(type)).as(type.getName()).isEmpty();
			}
		}
	}

	@Test
	void aSettingSwitchesTracesOn() {
		try (RunningServer server = RunningServer.start(NO_BROKER, "--management.tracing.export.enabled=true")) {
			assertThat(server.context().containsBean("rpcTracedListeners")).isTrue();
			for (Class<?> type : new Class<?>[] { SdkTracerProvider.class, SpanExporter.class }) {
				assertThat(server.context().getBeanNamesForType(type)).as(type.getName()).hasSize(1);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void metricsAndLogsAreNotPushed(boolean traced) {
		try (RunningServer server = RunningServer.start(NO_BROKER, "--management.tracing.export.enabled=" + traced)) {
			assertThat(server.context().getBeansOfType(MeterRegistry.class).values())
				.extracting((registry) -> registry.getClass().getSimpleName())
				.containsExactly("PrometheusMeterRegistry");
			assertThat(server.context().getBeanNamesForType(LogRecordExporter.class)).isEmpty();
		}
	}

}
