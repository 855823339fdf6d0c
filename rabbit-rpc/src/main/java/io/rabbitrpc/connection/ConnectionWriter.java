package io.rabbitrpc.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.Connection;

/**
 * What is known of the bytes that wait for the socket of one connection to take them. All
 * methods may be called from any thread and none of them waits.
 *
 * @see ConnectionWriters#of(Connection)
 */
public interface ConnectionWriter {

	/**
	 * Whether more may be published. A publisher asks before it writes, while it holds no
	 * lock, and does not write without room.
	 * @return {@code false} from the moment more than 1 MiB waits until less than half of
	 * that does; {@code true} on a closed connection, where a write fails at once
	 */
	boolean hasRoom();

	/**
	 * Tells when there is room.
	 * @return a future of the caller's own. It is complete if there is room, else it
	 * completes when there is room again or the connection is closed, never with an
	 * exception. What depends on it then runs on a thread of {@code CompletableFuture}'s
	 * default executor.
	 */
	CompletableFuture<Void> room();

	/**
	 * For how long bytes have waited while the socket took none.
	 * @return the time since a byte was taken, zero if none waits
	 */
	Duration stuck();

	/**
	 * Lets this connection go before the others of the same {@link ConnectionWriters}:
	 * what is written to it from now on leaves before what is written to another one
	 * afterwards, while its socket takes it. So a reply is out before the acknowledgement
	 * of its request.
	 */
	void leaveFirst();

	/**
	 * Closes the socket at once, whatever waits to be written. amqp-client then closes
	 * the connection as if it was lost. Without effect on a closed connection.
	 * @param reason what the connection's users are told as the cause of the loss
	 */
	void close(String reason);

}
