package io.rabbitrpc.client.observation;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcTemplate;

/**
 * Watches what goes over the wire for each attempt to make a call, by whichever API: the
 * request, the broker's confirm, the reply. It changes nothing. The library tells all
 * beans of this type of every attempt. It creates them before the calls, so they must not
 * need an {@link RpcClient} or an {@link RpcTemplate}.
 * <p>
 * All methods run on threads that calls need: the caller's, or the one that reads the
 * connection. They must return at once and must not block. What they throw is logged.
 */
@FunctionalInterface
public interface RpcWireListener {

	/**
	 * An attempt begins, on the caller's thread.
	 * @param destination the queue, or exchange and routing key with a colon between
	 * @return the object that is told what becomes of the attempt, or {@code null} if
	 * nobody wants to know
	 */
	@Nullable Attempt start(String destination);

	/**
	 * Is told what becomes of one attempt. Without a connection, the attempt only ends.
	 * The confirm and the reply may come in either order.
	 */
	interface Attempt {

		/**
		 * The request is about to be written.
		 * @param exchange where it is published; the default exchange is empty
		 * @param routingKey its routing key
		 * @param properties all its properties and headers, as they go over the wire
		 * @param body its body, which must not be changed
		 */
		default void requested(String exchange, String routingKey, BasicProperties properties, byte[] body) {
		}

		/** The broker has confirmed the request: it is in its queue. */
		default void confirmed() {
		}

		/**
		 * The reply has come, and is about to be read.
		 * @param properties all its properties and headers, as they came over the wire
		 * @param body its body, which must not be changed
		 */
		default void replied(BasicProperties properties, byte[] body) {
		}

		/**
		 * The attempt has ended. Its caller does not know that yet.
		 * @param failure why there is no value, or {@code null} if there is one; a
		 * {@link java.util.concurrent.CancellationException} if the caller has cancelled
		 */
		default void ended(@Nullable Throwable failure) {
		}

	}

}
