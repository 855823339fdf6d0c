package io.rabbitrpc.server.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.rabbitrpc.broker.BrokerAddress;
import io.rabbitrpc.server.BlockedConnections;
import io.rabbitrpc.server.container.HandlerWatch;
import io.rabbitrpc.server.container.ServedQueue;
import io.rabbitrpc.server.container.ServedQueues;
import io.rabbitrpc.server.queue.QueueCounts;
import io.rabbitrpc.server.queue.QueueDeclarer;
import io.rabbitrpc.server.queue.QueueProbe;
import io.rabbitrpc.server.reply.Replies;

/**
 * Is up while this server really takes requests from every queue and can reply: it
 * consumes, no connection is blocked, replies reach the broker, and the broker answers.
 * It knows that within a second, whatever the broker does. Its details look like those of
 * {@code rpcServers}.
 */
final class RpcListenersHealthIndicator implements HealthIndicator {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final ServedQueues queues;

	private final String deadLetters;

	private final BlockedConnections blocked;

	private final Replies replies;

	private final QueueDeclarer declarer;

	private final HandlerWatch handlers;

	private final QueueProbe probe = new QueueProbe();

	RpcListenersHealthIndicator(ServedQueues queues, String deadLetters, BlockedConnections blocked, Replies replies,
			QueueDeclarer declarer, HandlerWatch handlers) {
		this.queues = queues;
		this.deadLetters = deadLetters;
		this.blocked = blocked;
		this.replies = replies;
		this.declarer = declarer;
		this.handlers = handlers;
	}

	@Override
	public Health health() {
		Connection connection = connection();
		Map<String, QueueCounts> counts = (connection != null) ? this.probe.ask(connection, names(), TIMEOUT)
				: Map.of();
		Health.Builder health = Health.up();
		if (connection != null) {
			Map<String, Object> broker = connection.getServerProperties();
			health.withDetail("broker", "%s %s at %s".formatted(broker.get("product"), broker.get("version"),
					BrokerAddress.of(connection)));
		}
		Map<String, Object> details = new LinkedHashMap<>();
		String reason = null;
		for (ServedQueue queue : this.queues.all()) {
			QueueCounts known = counts.getOrDefault(queue.name(), QueueCounts.UNKNOWN);
			String fault = fault(queue, known);
			reason = (reason != null) ? reason : fault;
			details.put(queue.name(), details(queue, known, fault));
		}
		health.withDetail("queues", details);
		QueueCounts kept = counts.get(this.deadLetters);
		if (kept != null && kept.depth() != null) {
			health.withDetail("deadLetters", kept.depth());
		}
		return (reason != null) ? health.down().withDetail("reason", reason).build() : health.build();
	}

	private @Nullable Connection connection() {
		return this.queues.all()
			.stream()
			.map(ServedQueue::channel)
			.filter(Objects::nonNull)
			.findFirst()
			.map(Channel::getConnection)
			.orElse(null);
	}

	private List<String> names() {
		List<String> names = new ArrayList<>(this.queues.all().stream().map(ServedQueue::name).toList());
		names.add(this.deadLetters);
		return names;
	}

	private @Nullable String fault(ServedQueue queue, QueueCounts counts) {
		if (!queue.isRunning()) {
			return "the listener has been stopped";
		}
		if (queue.channel() == null) {
			return "this server does not consume " + queue.name();
		}
		String reason = this.blocked.reason();
		if (reason != null) {
			return "the broker blocks replies: " + reason;
		}
		String problem = this.replies.problem();
		if (problem == null) {
			problem = this.handlers.problem(queue);
		}
		return (problem != null) ? problem : counts.failure();
	}

	private Map<String, Object> details(ServedQueue queue, QueueCounts counts, @Nullable String fault) {
		Map<String, Object> details = new LinkedHashMap<>();
		putIfKnown(details, "reason", fault);
		putIfKnown(details, "notDeclaredHere", this.declarer.refusal(queue.name()));
		putIfKnown(details, "consumers", counts.consumers());
		putIfKnown(details, "depth", counts.depth());
		details.put("ownConsumers", queue.consumers());
		details.put("prefetch", queue.prefetch());
		Instant lastRequest = queue.lastBegun();
		details.put("lastRequest", (lastRequest != null) ? lastRequest.toString() : "none");
		Duration longest = queue.longest();
		details.put("longestRequest", longest.isZero() ? "none" : longest.toMillis() + " ms");
		putIfKnown(details, "repeatedRequest", queue.repeated().last());
		return details;
	}

	private static void putIfKnown(Map<String, Object> details, String name, @Nullable Object value) {
		if (value != null) {
			details.put(name, value);
		}
	}

}
