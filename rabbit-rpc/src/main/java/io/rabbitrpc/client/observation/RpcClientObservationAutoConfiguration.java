package io.rabbitrpc.client.observation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.rabbitrpc.client.RpcClientAutoConfiguration;
import io.rabbitrpc.client.RpcClientProperties;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.queue.RequestQueueMonitor;

/**
 * Shows operators the calls: meters, spans and health, each if its library is there.
 */
@AutoConfiguration(after = RpcClientAutoConfiguration.class, afterName = {
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration" })
@ConditionalOnBean(RpcCalls.class)
public final class RpcClientObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(CallObserver.class)
	CallRecorder rpcCallRecorder(ObjectProvider<CallMeters> meters, ObjectProvider<CallSpans> spans,
			ObjectProvider<RpcWireListener> listeners) {
		return new CallRecorder(meters.getIfAvailable(() -> CallMeters.NONE),
				spans.getIfAvailable(() -> CallSpans.NONE), listeners.orderedStream().toList());
	}

	/**
	 * Configures meters.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetersConfiguration {

		@Bean
		CallMeters rpcCallMeters(MeterRegistry registry, RpcClientProperties properties) {
			return new MicrometerCallMeters(registry, properties.replyMode(), properties.queues().keySet());
		}

		@Bean
		MeterBinder rpcClientGauges(RpcCalls calls, RpcConnector connector) {
			return new ClientGauges(calls, connector);
		}

	}

	/**
	 * Configures spans, if tracing is on. Otherwise calls do no work for it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	@ConditionalOnBean({ Tracer.class, Propagator.class })
	@ConditionalOnBooleanProperty(name = "management.tracing.export.enabled", matchIfMissing = true)
	static class TracingConfiguration {

		@Bean
		CallSpans rpcCallSpans(Tracer tracer, Propagator propagator) {
			return new TracedCallSpans(tracer, propagator);
		}

	}

	/**
	 * Configures the health contributor of the servers.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("rpc-servers")
		@ConditionalOnMissingBean(name = "rpcServersHealthIndicator")
		RpcServersHealthIndicator rpcServersHealthIndicator(RpcConnector connector, RequestQueueMonitor monitor,
				ObjectProvider<CallRecorder> recorder, RpcClientProperties properties) {
			return new RpcServersHealthIndicator(connector, monitor, recorder.getIfAvailable(), properties.replyMode(),
					properties.queues().keySet().stream().map(properties::shards).toList());
		}

	}

}
