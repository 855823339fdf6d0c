package io.rabbitrpc.connection;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.NetworkConnection;

/**
 * Makes the sockets of connections such that no thread ever waits in a write. amqp-client
 * writes on the thread that publishes or acknowledges, with its locks held; a peer that
 * does not read would stop all of them, and the reconnect with them. Here a write only
 * adds to what waits for the socket. One thread for all connections passes it on, many
 * writes at once. A connection whose peer takes nothing for two heartbeats is closed.
 * <p>
 * Who publishes must ask for {@linkplain ConnectionWriter#hasRoom() room}. For who does
 * not, a write waits, as on any socket, once 16 MiB wait on the connection.
 */
public final class ConnectionWriters {

	private static final ConnectionWriter NONE = new NoWriter();

	private final WriteLoop loop = new WriteLoop();

	private final UnaryOperator<InputStream> inbound;

	/** Creates the writers of one application. */
	public ConnectionWriters() {
		this(UnaryOperator.identity());
	}

	/**
	 * Creates the writers of one application.
	 * @param inbound is put around what each connection receives, after TLS; called once
	 * for each connection, and its stream is read by that connection's thread only
	 */
	public ConnectionWriters(UnaryOperator<InputStream> inbound) {
		this.inbound = inbound;
	}

	/**
	 * Gives the connections of a factory such sockets, those that it makes from now on.
	 * TLS and the connection timeout are set before: a handshake may take no longer than
	 * a connect.
	 * @param factory the factory
	 * @throws IllegalStateException if the factory makes its sockets in a way that cannot
	 * be taken over
	 */
	public void install(ConnectionFactory factory) {
		SocketFactory sockets = factory.getSocketFactory();
		if (sockets instanceof SSLSocketFactory tls && !(sockets instanceof WriterTlsSocketFactory)) {
			factory.setSocketFactory(new WriterTlsSocketFactory(factory, tls, this.loop, this.inbound));
		}
		else if (sockets == null && !factory.isSSL()) {
			factory.setSocketFactory(new WriterSocketFactory(this.loop, this.inbound));
		}
		else {
			throw new IllegalStateException("""
					%s: calls and listeners of the factory rpc need sockets of their own \
					(rabbit.rpc.client.enabled=false and rabbit.rpc.server.enabled=false do without)"""
				.formatted((sockets != null) ? "the ConnectionFactory already has a SocketFactory"
						: "TLS must be set by ConnectionFactory.useSslProtocol"));
		}
		// A frozen broker takes connections and says nothing: amqp-client waits for 10 s
		factory.setHandshakeTimeout(factory.getConnectionTimeout());
	}

	/**
	 * The writer of a connection. From the first call on it knows when the broker blocks
	 * the connection, which then is not closed for what the broker does not read.
	 * @param connection an open connection
	 * @return its writer; one that always has room if the connection is closed, or was
	 * made without these sockets
	 */
	public ConnectionWriter of(Connection connection) {
		for (SocketWriter writer : this.loop.writers()) {
			if (connection instanceof NetworkConnection network && writer.isOf(network)) {
				writer.watchBlocking(connection);
				return writer;
			}
		}
		return NONE;
	}

	/** For connections that are closed. */
	private static final class NoWriter implements ConnectionWriter {

		@Override
		public boolean hasRoom() {
			return true;
		}

		@Override
		public CompletableFuture<Void> room() {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public Duration stuck() {
			return Duration.ZERO;
		}

		@Override
		public void leaveFirst() {
		}

		@Override
		public void close(String reason) {
		}

	}

}
