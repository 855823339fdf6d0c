package io.rabbitrpc.client;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.rabbitrpc.TestApplications;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

/**
 * A queue on which every request is answered with the number 1. Tests can look at the
 * requests' properties.
 */
final class AnsweredQueue implements BeforeAllCallback, AfterAllCallback {

	static final String NAME = "quotes";

	private final BlockingQueue<BasicProperties> requests = new LinkedBlockingQueue<>();

	private volatile Map<String, Object> replyHeaders = Map.of();

	// Each run of a class has its own queue, also if the class is run again
	private @Nullable VirtualHost host;

	@Override
	public void beforeAll(ExtensionContext context) throws IOException {
		VirtualHost made = TestBroker.shared().createVirtualHost();
		this.host = made;
		Channel channel = made.connect().createChannel();
		channel.queueDeclare(NAME, true, false, false, null);
		channel.basicConsume(NAME, true, (tag, request) -> answer(channel, request), (tag) -> {
		});
	}

	private void answer(Channel channel, Delivery request) throws IOException {
		BasicProperties properties = request.getProperties();
		this.requests.add(properties);
		channel.basicPublish("", properties.getReplyTo(),
				new BasicProperties.Builder().correlationId(properties.getCorrelationId())
					.contentType("application/json")
					.headers(this.replyHeaders)
					.build(),
				new byte[] { '1' });
	}

	@Override
	public void afterAll(ExtensionContext context) {
		Objects.requireNonNull(this.host).close();
	}

	/**
	 * Prepares an application that makes calls to the queue.
	 * @return makes the application
	 */
	ApplicationContextRunner client() {
		return TestApplications.runner(Objects.requireNonNull(this.host), RabbitAutoConfiguration.class,
				RpcClientAutoConfiguration.class, RpcConnectionAutoConfiguration.class);
	}

	/**
	 * The answered requests that were not taken from here yet.
	 * @return their properties
	 */
	BlockingQueue<BasicProperties> requests() {
		return this.requests;
	}

	/**
	 * Sets headers of the replies from now on.
	 * @param headers the headers
	 */
	void reply(Map<String, Object> headers) {
		this.replyHeaders = headers;
	}

}
