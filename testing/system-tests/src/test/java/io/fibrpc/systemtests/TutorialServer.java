package io.fibrpc.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Behaves on the wire like the server of RabbitMQ's tutorial six in one language: a reply
 * has digits and the request's correlation id, and no header.
 */
final class TutorialServer {

	private final Channel channel;

	private final Kind kind;

	private final UnaryOperator<String> function;

	private final AtomicInteger answers = new AtomicInteger();

	private TutorialServer(Channel channel, Kind kind, UnaryOperator<String> function) {
		this.channel = channel;
		this.kind = kind;
		this.function = function;
	}

	/**
	 * Declares a queue as this kind does and serves it.
	 * @param connection the server stops when it closes
	 * @param kind the language of the server
	 * @param queue the queue
	 * @param function makes the reply's body of the request's body
	 * @return the server
	 */
	static TutorialServer start(Connection connection, Kind kind, String queue, UnaryOperator<String> function)
			throws IOException {
		Channel channel = connection.createChannel();
		switch (kind) {
			case ERLANG -> channel.queueDeclare(queue, false, false, false, Map.of());
			case JULIA -> channel.queueDeclare(queue, true, false, false, Map.of());
			default -> channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
		}
		TutorialServer server = new TutorialServer(channel, kind, function);
		boolean autoAck = kind == Kind.RUBY;
		if (!autoAck && kind != Kind.JULIA) {
			channel.basicQos(1);
		}
		channel.basicConsume(queue, autoAck, (tag, request) -> server.answer(request), (tag) -> {
		});
		return server;
	}

	/**
	 * The tutorials' function.
	 * @param body the request's body
	 * @return fib(n) in digits
	 */
	static String fib(String body) {
		return Fibonacci.of(Integer.parseInt(body)).toString();
	}

	/**
	 * The function of the server on {@code s14rpc}.
	 * @param body the request's body
	 * @return n + 100 in digits
	 */
	static String plus100(String body) {
		return Integer.toString(Integer.parseInt(body) + 100);
	}

	private void answer(Delivery request) throws IOException {
		BasicProperties asked = request.getProperties();
		String reply = this.function.apply(new String(request.getBody(), StandardCharsets.UTF_8));
		BasicProperties properties = new BasicProperties.Builder()
			.correlationId((this.kind == Kind.AMQP_1_0) ? asked.getMessageId() : asked.getCorrelationId())
			.contentType(this.kind.contentType)
			.deliveryMode(this.kind.deliveryMode)
			.build();
		this.channel.basicPublish("", asked.getReplyTo(), properties, reply.getBytes(StandardCharsets.UTF_8));
		this.answers.incrementAndGet();
		if (this.kind != Kind.RUBY) {
			this.channel.basicAck(request.getEnvelope().getDeliveryTag(), false);
		}
	}

	/**
	 * How many requests it has answered.
	 * @return the number
	 */
	int answers() {
		return this.answers.get();
	}

	/**
	 * The languages whose programs differ on the wire.
	 */
	enum Kind {

		/** Durable quorum queue, and a reply with nothing but the correlation id. */
		PYTHON(null, null),

		/** Text. */
		GO("text/plain", null),

		/** The old form: a transient classic queue. */
		ERLANG(null, null),

		/** Durable classic queue, no limit of unacknowledged requests. */
		JULIA("text/plain", 2),

		/** Automatic acknowledgement; octets, persistent. */
		RUBY("application/octet-stream", 2),

		/** The reply's correlation id is the request's message id. */
		AMQP_1_0(null, 2);

		private final @Nullable String contentType;

		private final @Nullable Integer deliveryMode;

		Kind(@Nullable String contentType, @Nullable Integer deliveryMode) {
			this.contentType = contentType;
			this.deliveryMode = deliveryMode;
		}

	}

}
