package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.broker.BrokerFailure;
import io.rabbitrpc.connection.RpcConnections;

/**
 * Opens channels, on the open connection if there is one. Only one thread at a time may
 * use this.
 */
final class ChannelOpener {

	private final RpcConnections connections;

	private final Executor later;

	private final ReplyQueue replyQueue;

	private final StrayReplies strayReplies;

	private @Nullable Connection connection;

	/**
	 * Creates an opener.
	 * @param connections where connections come from
	 * @param later sends requests when a connection has room again
	 * @param replyQueue where replies shall arrive
	 * @param strayReplies counts replies that no call waits for
	 */
	ChannelOpener(RpcConnections connections, Executor later, ReplyQueue replyQueue, StrayReplies strayReplies) {
		this.connections = connections;
		this.later = later;
		this.replyQueue = replyQueue;
		this.strayReplies = strayReplies;
	}

	/**
	 * Opens a channel, which may take up to {@code spring.rabbitmq.connection-timeout}.
	 * @param closed told once when the channel has closed, with the reason
	 * @return the channel, ready for calls
	 * @throws RpcException if there is no channel
	 */
	RpcChannel open(BiConsumer<RpcChannel, ShutdownSignalException> closed) {
		try {
			com.rabbitmq.client.Connection open = openConnection();
			return RpcChannel.open(open, this.connections.writer(open), this.later, this.replyQueue, this.strayReplies,
					closed);
		}
		catch (RpcException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			BrokerFailure failed = this.connections.failure(ex);
			throw new RpcException(failed.status(), failed.message(), false, ex);
		}
	}

	// This is the same connection if only the channel has closed
	private com.rabbitmq.client.Connection openConnection() throws IOException {
		Connection current = this.connection;
		if (current == null || !current.isOpen()) {
			if (current != null) {
				current.close();
			}
			current = this.connections.factory().createConnection();
			this.connection = current;
		}
		com.rabbitmq.client.Connection delegate = current.getDelegate();
		if (delegate == null) {
			throw new IOException("the connection has just closed");
		}
		return delegate;
	}

}
