package io.fibrpc.launch;

import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configures tracing for both programs, if it is switched on.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("management.tracing.export.enabled")
public final class TracingConfiguration {

	// Requests for health and metrics come every few seconds and are not worth a trace
	@Bean
	SpanExportingPredicate noActuatorSpans() {
		return (span) -> !span.getTags().getOrDefault("uri", "").startsWith("/actuator");
	}

	@Bean
	SpanExporters spanExporters(ObjectProvider<SpanExporter> exporters) {
		return SpanExporters.of(exporters.orderedStream().map(LoggedSpanExporter::new).toList());
	}

}
