package io.fibrpc.launch;

import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Says what becomes of the spans of both programs, where traces are on.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("management.tracing.export.enabled")
public final class TracingConfiguration {

	// Whoever asks for health and metrics every few seconds is nobody's trace
	@Bean
	SpanExportingPredicate noActuatorSpans() {
		return (span) -> !span.getTags().getOrDefault("uri", "").startsWith("/actuator");
	}

	@Bean
	SpanExporters spanExporters(ObjectProvider<SpanExporter> exporters) {
		return SpanExporters.of(exporters.orderedStream().map(LoggedSpanExporter::new).toList());
	}

}
