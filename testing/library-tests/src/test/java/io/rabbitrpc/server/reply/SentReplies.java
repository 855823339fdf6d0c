package io.rabbitrpc.server.reply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.connection.RpcConnections;

/**
 * {@link Replies} whose own connection goes through a proxy while that of the requests
 * does not, the queue that they go to, and what became of them.
 */
final class SentReplies implements AutoCloseable {

	static final String QUEUE = "replies";

	private final TcpProxy proxy;

	private final CachingConnectionFactory connectionFactory;

	private final Replies replies;

	private final Channel request;

	private final Channel caller;

	private final List<Delivery> arrived = new CopyOnWriteArrayList<>();

	private final AtomicInteger taken = new AtomicInteger();

	private final AtomicInteger replaced = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	SentReplies(VirtualHost virtualHost, String user, String password) throws IOException {
		this.proxy = TcpProxy.to(virtualHost.broker());
		this.connectionFactory = new CachingConnectionFactory(virtualHost.broker().host(), virtualHost.broker().port());
		this.connectionFactory.setVirtualHost(virtualHost.name());
		this.connectionFactory.setUsername(user);
		this.connectionFactory.setPassword(password);
		CachingConnectionFactory publishers = (CachingConnectionFactory) Objects
			.requireNonNull(this.connectionFactory.getPublisherConnectionFactory());
		publishers.setAddresses("127.0.0.1:" + this.proxy.port());
		RpcConnections connections = new RpcConnections(this.connectionFactory, new ConnectionWriters(), List::of,
				new RabbitProperties());
		this.request = connections.factory().createConnection().createChannel(false);
		this.caller = virtualHost.connect().createChannel();
		this.caller.queueDeclare(QUEUE, false, false, false, null);
		this.caller.basicConsume(QUEUE, true, (tag, delivery) -> this.arrived.add(delivery), (tag) -> {
		});
		this.replies = new Replies(connections, (connection) -> false);
		this.replies.start();
	}

	TcpProxy proxy() {
		return this.proxy;
	}

	Channel caller() {
		return this.caller;
	}

	Replies replies() {
		return this.replies;
	}

	void send(String id, byte[] body) {
		send(QUEUE, properties(id).build(), body, null);
	}

	void send(String replyTo, BasicProperties properties, byte[] body, @Nullable Duration wait) {
		this.replies.send(new Reply(replyTo, properties, body, wait, new Counts()), this.request);
	}

	static BasicProperties.Builder properties(String id) {
		return new BasicProperties.Builder().correlationId(id)
			.contentType("text/plain")
			.headers(Map.of(RpcHeaders.STATUS, "OK"));
	}

	/** The correlation ids of what has arrived, each once, in alphabetical order. */
	List<String> ids() {
		return this.arrived.stream()
			.map((reply) -> reply.getProperties().getCorrelationId())
			.distinct()
			.sorted()
			.toList();
	}

	List<String> bodies(String id) {
		return this.arrived.stream()
			.filter((reply) -> id.equals(reply.getProperties().getCorrelationId()))
			.map((reply) -> new String(reply.getBody(), StandardCharsets.UTF_8))
			.toList();
	}

	int taken() {
		return this.taken.get();
	}

	int replaced() {
		return this.replaced.get();
	}

	int failed() {
		return this.failed.get();
	}

	@Override
	public void close() {
		this.proxy.close();
		this.replies.stop();
		this.connectionFactory.destroy();
	}

	private final class Counts implements ReplyObserver {

		@Override
		public void taken(boolean replacement) {
			(replacement ? SentReplies.this.replaced : SentReplies.this.taken).incrementAndGet();
		}

		@Override
		public void failed() {
			SentReplies.this.failed.incrementAndGet();
		}

	}

}
