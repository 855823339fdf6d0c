package io.fibrpc.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Behaves on the wire like the client of RabbitMQ's tutorial six in one language. Each
 * kind has the name of that language. It declares no request queue.
 */
final class TutorialClient {

	private final Channel channel;

	private final Kind kind;

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	private final String reusedId = UUID.randomUUID().toString();

	private String replyQueue = "";

	private int calls;

	TutorialClient(Connection connection, Kind kind) throws IOException {
		this.channel = connection.createChannel();
		this.kind = kind;
	}

	/**
	 * Calls as the tutorials do: publishes, then waits for the reply with the right id.
	 * @param body the request's body
	 * @return the reply
	 */
	Delivery call(String body) throws IOException, InterruptedException {
		String id = send(body);
		while (true) {
			Delivery reply = await(Duration.ofSeconds(10));
			if (id.equals(reply.getProperties().getCorrelationId())) {
				return reply;
			}
		}
	}

	/**
	 * Publishes a request.
	 * @param body its body
	 * @return the correlation id that its reply must have
	 */
	String send(String body) throws IOException {
		if (this.replyQueue.isEmpty() || this.kind == Kind.JAVA) {
			this.replyQueue = listen();
		}
		String id = nextId();
		boolean byMessageId = this.kind == Kind.AMQP_1_0;
		BasicProperties properties = new BasicProperties.Builder().replyTo(this.replyQueue)
			.correlationId(byMessageId ? null : id)
			.messageId(byMessageId ? id : null)
			.contentType(this.kind.contentType)
			.deliveryMode(this.kind.deliveryMode)
			.build();
		this.channel.basicPublish("", "rpc_queue", this.kind == Kind.DOTNET, properties,
				body.getBytes(StandardCharsets.UTF_8));
		return id;
	}

	/**
	 * Waits for the next reply, whatever its id.
	 * @param timeout how long
	 * @return the reply
	 */
	Delivery await(Duration timeout) throws InterruptedException {
		Delivery reply = this.replies.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
		if (reply == null) {
			throw new IllegalStateException("No reply to %s within %s".formatted(this.kind, timeout));
		}
		return reply;
	}

	private String listen() throws IOException {
		String queue = switch (this.kind) {
			case JAVASCRIPT -> "amq.rabbitmq.reply-to";
			case CPP ->
				this.channel.queueDeclare("rpc.reply." + UUID.randomUUID(), true, false, true, Map.of()).getQueue();
			case JAVA -> this.channel.queueDeclare().getQueue();
			default -> this.channel.queueDeclare("", false, true, false, Map.of()).getQueue();
		};
		this.channel.basicConsume(queue, true, (tag, reply) -> this.replies.add(reply), (tag) -> {
		});
		return queue;
	}

	private String nextId() {
		this.calls++;
		return switch (this.kind) {
			case GO -> "KQJXWBPFLTHGVMCANEYSROUDIKQJXWBP".substring(this.calls % 8) + this.calls;
			case JAVASCRIPT -> "0.84%d0.17%d0.5501".formatted(this.calls, this.calls);
			case RUST -> this.reusedId;
			case CPP -> Integer.toString(this.calls);
			case AMQP_1_0 -> UUID.randomUUID() + "-" + this.calls;
			default -> UUID.randomUUID().toString();
		};
	}

	/**
	 * The languages whose programs differ on the wire.
	 */
	enum Kind {

		/** Exclusive reply queue, a uuid for each call, nothing else. */
		PYTHON(null, null),

		/** Text, and letters for an id. */
		GO("text/plain", null),

		/** A new reply queue for each call. */
		JAVA(null, null),

		/** Direct reply-to, and decimal fractions for an id. */
		JAVASCRIPT(null, null),

		/** Mandatory. */
		DOTNET(null, null),

		/** The same id for all calls. */
		RUST(null, null),

		/** Octets, persistent. */
		RUBY("application/octet-stream", 2),

		/** Durable reply queue that is not exclusive, and small numbers for an id. */
		CPP(null, 2),

		/**
		 * A message id and no correlation id. The reply's correlation id is the request's
		 * message id.
		 */
		AMQP_1_0(null, 2);

		private final @Nullable String contentType;

		private final @Nullable Integer deliveryMode;

		Kind(@Nullable String contentType, @Nullable Integer deliveryMode) {
			this.contentType = contentType;
			this.deliveryMode = deliveryMode;
		}

	}

}
