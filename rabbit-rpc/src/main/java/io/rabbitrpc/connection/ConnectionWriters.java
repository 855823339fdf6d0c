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

import io.rabbitrpc.connection.inbound.Refusals;

/**
 * Makes sockets on which no thread ever waits in a write. amqp-client writes on the
 * thread that publishes or acknowledges, and holds its locks meanwhile. So a peer that
 * does not read would stop all these threads, and reconnecting, too. Here a write only
 * adds bytes to a buffer. One thread for all connections passes the bytes to the sockets,
 * and joins many writes into one. If a socket takes nothing for two heartbeats, its
 * connection is closed.
 * <p>
 * A publisher must ask for {@linkplain ConnectionWriter#hasRoom() room} first. If it does
 * not, its write waits, as on any socket, once 16 MiB wait on the connection.
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
	 * @param inbound wraps the bytes that each connection receives, after TLS. It is
	 * called once for each connection, and only that connection's thread reads its stream
	 */
	public ConnectionWriters(UnaryOperator<InputStream> inbound) {
		this.inbound = inbound;
	}

	/**
	 * Makes a factory use such sockets for all connections that it makes from now on. Set
	 * TLS and the connection timeout before this call, because the handshake gets the
	 * same timeout as the connect.
	 * @param factory the factory
	 * @throws IllegalStateException if the factory already has a way to make sockets that
	 * cannot be replaced
	 */
	public void install(ConnectionFactory factory) {
		install(factory, new Refusals());
	}

	/**
	 * Does the same, and remembers which broker has refused a connection.
	 * @param factory the factory
	 * @param refusals told if a broker refuses a connection
	 */
	void install(ConnectionFactory factory, Refusals refusals) {
		SocketFactory sockets = factory.getSocketFactory();
		if (sockets instanceof SSLSocketFactory tls && !(sockets instanceof WriterTlsSocketFactory)) {
			factory.setSocketFactory(new WriterTlsSocketFactory(factory, tls, this.loop, this.inbound, refusals));
		}
		else if (sockets == null && !factory.isSSL()) {
			factory.setSocketFactory(new WriterSocketFactory(this.loop, this.inbound, refusals));
		}
		else {
			throw new IllegalStateException("""
					%s, but calls and listeners of the factory rpc need sockets of their own \
					(rabbit.rpc.client.enabled=false and rabbit.rpc.server.enabled=false switch both off)"""
				.formatted((sockets != null) ? "the ConnectionFactory already has a SocketFactory"
						: "TLS must be set by ConnectionFactory.useSslProtocol"));
		}
		// A frozen broker accepts connections and says nothing. By itself amqp-client
		// would wait for 10 s
		factory.setHandshakeTimeout(factory.getConnectionTimeout());
	}

	/**
	 * Finds the writer of a connection. From the first call on, the writer notices when
	 * the broker blocks the connection. While it does, the writer does not close the
	 * connection because the broker reads nothing.
	 * @param connection an open connection
	 * @return its writer. If the connection is closed, or was made without these sockets,
	 * a writer that always has room
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
