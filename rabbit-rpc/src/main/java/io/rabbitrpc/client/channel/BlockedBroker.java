package io.rabbitrpc.client.channel;

import java.util.function.Consumer;

import com.rabbitmq.client.BlockedListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;

/**
 * Knows whether the broker takes requests. At an alarm the broker blocks the connection
 * and reads nothing more.
 *
 * @see <a href="https://www.rabbitmq.com/docs/connection-blocked">Blocked connections</a>
 */
final class BlockedBroker implements ConnectionListener {

	private static final Log logger = LogFactory.getLog(BlockedBroker.class);

	private final Consumer<String> blocked;

	private volatile @Nullable String reason;

	/**
	 * Creates it. It must be added to the listeners of the connections.
	 * @param blocked told the broker's reason when it blocks the connection
	 */
	BlockedBroker(Consumer<String> blocked) {
		this.blocked = blocked;
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		this.reason = null;
		if (connection != null) {
			connection.addBlockedListener(new BlockedListener() {

				@Override
				public void handleBlocked(String why) {
					BlockedBroker.this.reason = why;
					BlockedBroker.this.blocked.accept(why);
					logger.warn("The broker takes no requests: " + why);
				}

				@Override
				public void handleUnblocked() {
					BlockedBroker.this.reason = null;
					logger.info("The broker takes requests again");
				}

			});
		}
	}

	/**
	 * Says that the connection is lost. Only that connection could have told that it is
	 * no longer blocked.
	 */
	void lost() {
		this.reason = null;
	}

	/**
	 * Why the broker takes no requests.
	 * @return the broker's words, or {@code null} if it takes requests
	 */
	@Nullable String reason() {
		return this.reason;
	}

}
