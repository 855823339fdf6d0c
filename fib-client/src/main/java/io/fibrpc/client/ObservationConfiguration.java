package io.fibrpc.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.rabbitrpc.client.RequestQueueMonitor;
import io.rabbitrpc.client.RpcClientProperties;
import io.rabbitrpc.client.RpcConnector;
import io.rabbitrpc.client.RpcTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.fibrpc.launch.LoggedSpanExporter;

/**
 * Lets operators see the calls.
 */
@Configuration(proxyBeanMethods = false)
class ObservationConfiguration {

	private static final String TRACING = "management.tracing.export.enabled";

	@Bean
	CallMeters callMeters(MeterRegistry registry, RpcClientProperties properties, RpcTemplate template,
			RpcConnector connector) {
		return new CallMeters(registry, properties.replyMode(), template, connector);
	}

	@Bean
	@ConditionalOnBooleanProperty(TRACING)
	CallSpans callSpans(Tracer tracer, Propagator propagator, FibonacciClientProperties properties) {
		return new CallSpans(tracer, propagator, properties.requestQueue());
	}

	@Bean
	@ConditionalOnBooleanProperty(name = TRACING, havingValue = false, matchIfMissing = true)
	CallSpans noCallSpans() {
		return CallSpans.none();
	}

	// Whoever asks for health and metrics every few seconds is nobody's trace
	@Bean
	@ConditionalOnBooleanProperty(TRACING)
	SpanExportingPredicate noActuatorSpans() {
		return (span) -> !span.getTags().getOrDefault("uri", "").startsWith("/actuator");
	}

	@Bean
	@ConditionalOnBooleanProperty(TRACING)
	SpanExporters spanExporters(ObjectProvider<SpanExporter> exporters) {
		return SpanExporters.of(exporters.orderedStream().map(LoggedSpanExporter::new).toList());
	}

	@Bean
	CallObserver callObserver(CallMeters meters, CallSpans spans) {
		return new CallObserver(meters, spans);
	}

	@Bean
	FibonacciServerHealthIndicator fibonacciServerHealthIndicator(RpcConnector connector, RequestQueueMonitor monitor,
			CallObserver observer, FibonacciClientProperties properties, RpcClientProperties rpcProperties) {
		return new FibonacciServerHealthIndicator(connector, monitor, observer, properties.requestQueue(),
				rpcProperties.replyMode());
	}

}
