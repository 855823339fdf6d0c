package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import org.awaitility.Awaitility;

import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A well-behaved peer with a reply queue of its own. It sees what happens to messages.
 */
final class Peer {

	private final VirtualHost host;

	private final Channel channel;

	private final String replyTo;

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	Peer(VirtualHost host) throws IOException {
		this.host = host;
		this.channel = host.connect().createChannel();
		this.channel.confirmSelect();
		this.replyTo = this.channel.queueDeclare("", false, true, true, Map.of()).getQueue();
		this.channel.basicConsume(this.replyTo, true, (tag, reply) -> this.replies.add(reply), (tag) -> {
		});
	}

	Channel channel() {
		return this.channel;
	}

	String replyTo() {
		return this.replyTo;
	}

	/**
	 * Publishes a good request, and waits until the broker has taken it.
	 * @param n its body
	 * @return its correlation id
	 */
	String request(int n) throws IOException, InterruptedException {
		String id = publish(n);
		this.channel.waitForConfirms();
		return id;
	}

	/**
	 * Publishes good requests at the same time, and waits until the broker has taken all.
	 * @param count how many
	 * @param n the body of each
	 * @return their correlation ids
	 */
	Set<String> requests(int count, int n) throws IOException, InterruptedException {
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < count; i++) {
			ids.add(publish(n));
		}
		this.channel.waitForConfirms();
		return ids;
	}

	private String publish(int n) throws IOException {
		String id = UUID.randomUUID().toString();
		BasicProperties properties = new BasicProperties.Builder().replyTo(this.replyTo).correlationId(id).build();
		this.channel.basicPublish("", "rpc_queue", properties, Integer.toString(n).getBytes(StandardCharsets.US_ASCII));
		return id;
	}

	Optional<Delivery> reply(Duration timeout) throws InterruptedException {
		return Optional.ofNullable(this.replies.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
	}

	/**
	 * Waits for the next reply, to whichever request.
	 * @param what its name in the message of a failure
	 * @param timeout how long it may take
	 * @return the reply
	 */
	Delivery reply(String what, Duration timeout) throws InterruptedException {
		return reply(timeout)
			.orElseThrow(() -> new AssertionError("%s did not come within %s".formatted(what, timeout)));
	}

	/**
	 * Sends a good request, and checks that its reply comes and that no other reply comes
	 * before it.
	 * @param timeout how long that may take
	 */
	void probe(Duration timeout) throws IOException, InterruptedException {
		String id = request(10);
		Delivery reply = reply("The answer to a good request", timeout);
		assertThat(reply.getProperties().getCorrelationId()).as("whose reply comes next").isEqualTo(id);
		assertThat(reply.getBody()).asString().isEqualTo("55");
	}

	/**
	 * Takes the next dead letter.
	 * @param timeout how long to wait for it
	 * @return the dead letter
	 */
	GetResponse deadLetter(Duration timeout) {
		return Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(timeout)
			.until(() -> this.channel.basicGet("rpc_dead_letters", true), (letter) -> letter != null);
	}

	void awaitDepth(String queue, int depth, Duration timeout) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(timeout)
			.untilAsserted(
					() -> assertThat(this.channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(depth));
	}

	/** Waits until {@code rpc_queue} is empty and servers hold no request either. */
	void awaitAllAcknowledged() {
		awaitAllAcknowledged(this.host);
	}

	static void awaitAllAcknowledged(VirtualHost host) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(host.listQueues("messages")).contains("rpc_queue\t0"));
	}

	/**
	 * Waits until servers hold a number of unacknowledged requests.
	 * @param count the number
	 */
	void awaitTaken(int count) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.host.listQueues("messages_unacknowledged"),
					(queues) -> queues.contains("rpc_queue\t" + count));
	}

}
