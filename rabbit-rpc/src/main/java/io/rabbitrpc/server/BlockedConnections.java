package io.rabbitrpc.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;

/**
 * Knows whether the broker blocks a connection of this server. While it does, the server
 * sends no reply.
 *
 * @see <a href="https://www.rabbitmq.com/docs/connection-blocked">Blocked connections</a>
 */
public final class BlockedConnections implements ConnectionListener {

	private final Map<com.rabbitmq.client.Connection, String> reasons = new ConcurrentHashMap<>();

	@Override
	public void onCreate(@Nullable Connection connection) {
		com.rabbitmq.client.Connection created = (connection != null) ? connection.getDelegate() : null;
		if (created != null) {
			created.addBlockedListener((reason) -> this.reasons.put(created, reason),
					() -> this.reasons.remove(created));
		}
	}

	/**
	 * Whether the broker blocks a connection.
	 * @param connection the connection
	 * @return whether nothing may be published on it now
	 */
	boolean isBlocked(com.rabbitmq.client.Connection connection) {
		return this.reasons.containsKey(connection);
	}

	/**
	 * Why a connection is blocked.
	 * @return the broker's reason, or {@code null} if none is blocked
	 */
	public @Nullable String reason() {
		this.reasons.keySet().removeIf((connection) -> !connection.isOpen());
		return this.reasons.values().stream().findFirst().orElse(null);
	}

}
