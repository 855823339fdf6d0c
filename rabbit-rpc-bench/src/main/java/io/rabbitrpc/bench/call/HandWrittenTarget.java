package io.rabbitrpc.bench.call;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

import io.rabbitrpc.client.ReplyMode;

/**
 * A client written by hand with {@code com.rabbitmq.client} alone.
 */
public final class HandWrittenTarget implements CallTarget {

	static final String CONNECTION_NAME = "rabbit-rpc-bench hand-written";

	private final ConnectionFactory factory;

	private final List<Address> addresses;

	private final ReplyMode replyMode;

	private final RequestFormat format;

	private final Duration deadline;

	private final Publishing publishing;

	private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();

	private volatile Connection connection;

	private final PipelinedChannel shared;

	/**
	 * Connects.
	 * @param factory has all settings of the connection
	 * @param addresses of the broker
	 * @param replyMode where replies arrive
	 * @param format what all requests have in common
	 * @param deadline how long a call waits
	 * @param publishing how requests are published
	 * @throws IOException if the broker refuses
	 */
	public HandWrittenTarget(ConnectionFactory factory, List<Address> addresses, ReplyMode replyMode,
			RequestFormat format, Duration deadline, Publishing publishing) throws IOException {
		this.factory = factory;
		this.addresses = addresses;
		this.replyMode = replyMode;
		this.format = format;
		this.deadline = deadline;
		this.publishing = publishing;
		this.connection = connect();
		this.shared = new PipelinedChannel(channel(), replyMode, format, deadline, publishing);
	}

	private Connection connect() throws IOException {
		try {
			Connection connected = this.factory.newConnection(this.addresses, CONNECTION_NAME);
			this.connections.add(connected);
			return connected;
		}
		catch (TimeoutException ex) {
			throw new IOException("the broker does not answer", ex);
		}
	}

	private Channel channel() throws IOException {
		Channel channel = this.connection.createChannel();
		if (channel != null) {
			return channel;
		}
		// This factory allows as many channels on a connection as the broker
		this.connection = connect();
		return this.connection.createChannel();
	}

	@Override
	public BlockingCalls blocking() throws IOException {
		// Direct reply-to ties replies to the channel, a callback queue does not
		return (this.replyMode == ReplyMode.DIRECT)
				? new CallerChannel(channel(), this.format, this.deadline, this.publishing) : this.shared::callAndWait;
	}

	@Override
	public AsyncCalls async() {
		return this.shared;
	}

	@Override
	public void close() {
		this.shared.close();
		this.connections.forEach(Connection::abort);
	}

}
