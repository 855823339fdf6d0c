package io.rabbitrpc.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.VirtualHost;

import io.rabbitrpc.RpcHeaders;

/**
 * A caller that can send whatever a test wants.
 */
final class TestPeer {

	private final Connection connection;

	private final Channel channel;

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	private TestPeer(Connection connection, Channel channel) {
		this.connection = connection;
		this.channel = channel;
	}

	static TestPeer connect(VirtualHost virtualHost) throws IOException {
		Connection connection = virtualHost.connect();
		TestPeer peer = new TestPeer(connection, connection.createChannel());
		peer.channel.basicConsume(RpcHeaders.DIRECT_REPLY_TO, true, (tag, reply) -> peer.replies.add(reply), (tag) -> {
		});
		return peer;
	}

	/** Declares the request queue as the server does. */
	void declareRequestQueue() throws IOException {
		this.channel.queueDeclare(RunningListener.QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
	}

	static BasicProperties.Builder request() {
		return new BasicProperties.Builder().replyTo(RpcHeaders.DIRECT_REPLY_TO)
			.correlationId(UUID.randomUUID().toString());
	}

	void send(String body, BasicProperties.Builder properties) throws IOException {
		this.channel.basicPublish("", RunningListener.QUEUE, properties.build(), body.getBytes(StandardCharsets.UTF_8));
	}

	Delivery call(String body, BasicProperties.Builder properties) throws IOException, InterruptedException {
		send(body, properties);
		return reply();
	}

	Delivery reply() throws InterruptedException {
		Delivery reply = this.replies.poll(10, TimeUnit.SECONDS);
		if (reply == null) {
			throw new AssertionError("no reply within 10 s");
		}
		return reply;
	}

	Channel channel() {
		return this.channel;
	}

	void disconnect() {
		this.connection.abort(5_000);
	}

}
