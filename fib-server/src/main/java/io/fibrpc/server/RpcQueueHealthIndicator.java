package io.fibrpc.server;

import java.time.Duration;

import com.rabbitmq.client.Channel;
import io.rabbitrpc.server.Replies;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageListenerContainer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.WireProtocol;

/**
 * Is up while this server really takes requests and can reply: it consumes, no connection
 * is blocked, replies reach the broker, and the broker answers. That is known within a
 * second whatever the broker does.
 */
@Component
final class RpcQueueHealthIndicator implements HealthIndicator {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final RabbitListenerEndpointRegistry registry;

	private final RequestConsumers consumers;

	private final BlockedConnections blocked;

	private final Replies replies;

	private final QueueProbe probe;

	private final RpcQueueDetails details;

	RpcQueueHealthIndicator(RabbitListenerEndpointRegistry registry, RequestConsumers consumers,
			BlockedConnections blocked, Replies replies, QueueProbe probe, RpcQueueDetails details) {
		this.registry = registry;
		this.consumers = consumers;
		this.blocked = blocked;
		this.replies = replies;
		this.probe = probe;
		this.details = details;
	}

	@Override
	public Health health() {
		Channel channel = this.consumers.channel(FibonacciListener.ID);
		QueueCounts counts = (channel != null) ? this.probe.ask(channel.getConnection(), TIMEOUT) : QueueCounts.UNKNOWN;
		String fault = fault(channel, counts);
		Health.Builder health = (fault != null) ? Health.down().withDetail("reason", fault) : Health.up();
		return health.withDetails(this.details.of(channel, counts)).build();
	}

	private @Nullable String fault(@Nullable Channel channel, QueueCounts counts) {
		MessageListenerContainer container = this.registry.getListenerContainer(FibonacciListener.ID);
		if (container == null || !container.isRunning()) {
			return "the listener has been stopped";
		}
		if (channel == null || !channel.isOpen()) {
			return "this server does not consume " + WireProtocol.REQUEST_QUEUE;
		}
		String reason = this.blocked.reason();
		if (reason != null) {
			return "the broker blocks replies: " + reason;
		}
		String problem = this.replies.problem();
		return (problem != null) ? problem : counts.failure();
	}

}
