package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Notices when all requests of a channel to a queue vanish: the broker confirms them,
 * none waits in the queue, and no reply comes. RabbitMQ 3.10 may do so for as long as the
 * channel is open after a node of the cluster was lost: the queue takes what the channel
 * sends for what it has had already, while other channels get through.
 */
final class VanishedRequests {

	// Enough for two calls of a second, and not for the time that a cluster needs
	private static final long BORNE_NANOS = Duration.ofMillis(1_500).toNanos();

	/** Of how many queues something is remembered, the last ones. */
	static final int MAX_QUEUES = 1000;

	// Since when, by queue
	private final Map<String, Long> sinceNanos = new ConcurrentHashMap<>();

	/**
	 * Says that a reply has come.
	 * @param queue where its request was sent, {@code null} if that is not known
	 */
	void replied(@Nullable String queue) {
		// Mostly it is empty, and this is done for each reply
		if (queue != null && !this.sinceNanos.isEmpty()) {
			this.sinceNanos.remove(queue);
		}
	}

	/**
	 * Says that a request has vanished.
	 * @param queue where it was sent
	 * @param nowNanos the time now
	 * @return whether that has gone on for longer than it may
	 */
	boolean vanished(String queue, long nowNanos) {
		Long since = this.sinceNanos.putIfAbsent(queue, nowNanos);
		if (since == null && this.sinceNanos.size() > MAX_QUEUES) {
			forgetOldest(nowNanos);
		}
		return since != null && nowNanos - since > BORNE_NANOS;
	}

	private void forgetOldest(long nowNanos) {
		this.sinceNanos.entrySet()
			.stream()
			.max(Comparator.comparingLong((entry) -> nowNanos - entry.getValue()))
			.ifPresent((oldest) -> this.sinceNanos.remove(oldest.getKey(), oldest.getValue()));
	}

}
