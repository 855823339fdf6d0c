package io.rabbitrpc.server.observation;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.rabbitrpc.connection.inbound.InboundFilter;
import io.rabbitrpc.server.BlockedConnections;
import io.rabbitrpc.server.ListenerDecorator;
import io.rabbitrpc.server.RpcServerAutoConfiguration;
import io.rabbitrpc.server.RpcServerProperties;
import io.rabbitrpc.server.ServerInstance;
import io.rabbitrpc.server.container.HandlerWatch;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.container.ServedQueues;
import io.rabbitrpc.server.queue.QueueDeclarer;
import io.rabbitrpc.server.reply.Replies;

/**
 * Shows operators the work of the listeners that name the container factory {@code rpc}:
 * meters, spans and health, each if its library is there.
 */
@AutoConfiguration(after = RpcServerAutoConfiguration.class, afterName = {
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration" })
@ConditionalOnBean(ServedQueues.class)
public final class RpcServerObservationAutoConfiguration {

	/**
	 * Configures meters.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetersConfiguration {

		@Bean
		@ConditionalOnBean(MeterRegistry.class)
		@ConditionalOnMissingBean
		QueueMeters.Factory rpcQueueMeters(MeterRegistry registry) {
			return (queue) -> new MicrometerQueueMeters(registry, queue);
		}

		@Bean
		MeterBinder rpcInboundFilterMeters(InboundFilter filter) {
			return (registry) -> {
				dropped("headers", filter, InboundFilter::headersDropped, registry);
				dropped("body", filter, InboundFilter::bodiesDropped, registry);
			};
		}

		private static void dropped(String part, InboundFilter filter, ToDoubleFunction<InboundFilter> count,
				MeterRegistry registry) {
			FunctionCounter.builder("rabbit.rpc.server.requests.parts.dropped", filter, count)
				.description(
						"Parts of messages that were dropped: they would have closed the connection, or the server had no room for them")
				.tag("part", part)
				.register(registry);
		}

	}

	/**
	 * Configures spans, if tracing is on. Otherwise requests do no work for it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	@ConditionalOnBean({ Tracer.class, Propagator.class })
	// If tracing is off, there is still a tracer, which does nothing
	@ConditionalOnBooleanProperty(name = "management.tracing.export.enabled", matchIfMissing = true)
	static class TracingConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ListenerDecorator rpcTracedListeners(Tracer tracer, Propagator propagator, ServerInstance instance) {
			return (listener) -> new TracedListener(listener, tracer, propagator, instance);
		}

	}

	/**
	 * Configures the health contributor of the listeners.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("rpc-listeners")
		@ConditionalOnMissingBean(name = "rpcListenersHealthIndicator")
		RpcListenersHealthIndicator rpcListenersHealthIndicator(ServedQueues queues, RpcServerProperties properties,
				BlockedConnections blocked, Replies replies, QueueDeclarer declarer, HandlerWatch handlers) {
			return new RpcListenersHealthIndicator(queues, properties.deadLetters().queue(), blocked, replies, declarer,
					handlers);
		}

	}

}
