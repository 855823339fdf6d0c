package io.rabbitrpc.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.Connection;

/**
 * Tells how many bytes of a connection still wait to be written to its socket. All
 * methods may be called from any thread. None of them waits.
 *
 * @see ConnectionWriters#of(Connection)
 */
public interface ConnectionWriter {

	/**
	 * Whether there is room for more bytes. A publisher must ask before it writes, and
	 * must hold no lock when it asks. It must not write if there is no room.
	 * @return {@code false} as soon as more than 1 MiB waits, and until less than half of
	 * that waits; {@code true} on a closed connection, where a write fails at once
	 */
	boolean hasRoom();

	/**
	 * Tells when there is room.
	 * @return a new future for each caller. If there is room, it is complete. Else it
	 * completes when there is room again or the connection is closed, never with an
	 * exception. Its dependents then run on a thread that is neither a socket's nor the
	 * common pool's.
	 */
	CompletableFuture<Void> room();

	/**
	 * For how long the socket has taken no byte while bytes wait.
	 * @return the time since the socket last took a byte, zero if no byte waits
	 */
	Duration stuck();

	/**
	 * Puts this connection before the others of the same {@link ConnectionWriters}. If
	 * its socket takes bytes, they leave before bytes that are written to another
	 * connection later. So a reply leaves before the acknowledgement of its request.
	 */
	void leaveFirst();

	/**
	 * Closes the socket at once, even if bytes wait to be written. amqp-client then
	 * treats the connection as lost. Does nothing if the connection is closed.
	 * @param reason the cause of the loss that users of the connection see
	 */
	void close(String reason);

}
