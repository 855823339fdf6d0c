package io.rabbitrpc.server;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.fibrpc.testbroker.OwnBroker;
import io.fibrpc.testbroker.TcpProxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the health of the listeners.
 */
@Tag("broker")
class RpcListenersHealthTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final Duration RECOVERY = Duration.ofSeconds(30);

	private static final Duration AT_ONCE = Duration.ofMillis(1500);

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@Test
	void aServerThatConsumesIsUp() throws Exception {
		try (RunningListener server = RunningListener.start(own.host())) {
			awaitUp(server);
			assertThat(queue(server)).containsEntry("consumers", 1)
				.containsEntry("ownConsumers", 1)
				.containsEntry("depth", 0)
				.containsEntry("prefetch", 1)
				.containsEntry("lastRequest", "none")
				.doesNotContainKeys("reason", "notDeclaredHere");
			assertThat(RunningListener.health(server).getDetails()).containsOnlyKeys("broker", "queues", "deadLetters")
				.containsEntry("deadLetters", 0)
				.hasEntrySatisfying("broker", (broker) -> assertThat(broker).asString()
					.startsWith("RabbitMQ " + own.broker().version() + " at "));
			TestPeer peer = TestPeer.connect(own.host());
			peer.send("30", TestPeer.request().replyTo(null));
			peer.call("30", TestPeer.request());
			assertThat(Instant.parse(String.valueOf(queue(server).get("lastRequest"))))
				.isBetween(Instant.now().minusSeconds(10), Instant.now());
			assertThat(RunningListener.health(server).getDetails()).containsEntry("deadLetters", 1);
			server.bean(RabbitListenerEndpointRegistry.class).stop();
			assertThat(RunningListener.health(server).getStatus()).isEqualTo(Status.DOWN);
			assertThat(queue(server)).containsEntry("reason", "the listener has been stopped");
		}
	}

	@Test
	void aQueueThatIsNotAsDeclaredIsUpAndSaysSo() throws Exception {
		own.host().connect().createChannel().queueDeclare(RunningListener.QUEUE, false, false, false, null);
		try (RunningListener server = RunningListener.start(own.host())) {
			awaitUp(server);
			assertThat(queue(server).get("notDeclaredHere")).asString().startsWith("PRECONDITION_FAILED");
		}
	}

	@Test
	void aCancelledConsumerIsDownUntilItConsumesAgain() throws Exception {
		try (RunningListener server = RunningListener.start(own.host())) {
			awaitUp(server);
			Connection thief = own.host().connect();
			await().ignoreException(IOException.class).atMost(SOON).until(() -> takeAway(thief));
			awaitDown(server, "does not consume work");
			assertThat(queue(server)).containsEntry("ownConsumers", 0);
			thief.close();
			awaitUp(server);
		}
	}

	private boolean takeAway(Connection thief) throws IOException {
		Channel channel = thief.createChannel();
		channel.queueDelete(RunningListener.QUEUE);
		return channel.queueDeclare(RunningListener.QUEUE, false, true, false, null) != null;
	}

	@Test
	void aDeletedQueueIsDeclaredAgain() throws Exception {
		try (RunningListener server = RunningListener.start(own.host())) {
			awaitUp(server);
			own.host().connect().createChannel().queueDelete(RunningListener.QUEUE);
			await().atMost(SOON).until(() -> own.host().listQueues().contains(RunningListener.QUEUE));
			awaitUp(server);
			TestPeer.connect(own.host()).call("30", TestPeer.request());
		}
	}

	@Test
	void aBrokerThatIsGoneIsDownUntilItIsBack() {
		try (RunningListener server = RunningListener.start(own.host())) {
			awaitUp(server);
			own.broker().stop();
			try {
				awaitDown(server, "does not consume work");
			}
			finally {
				own.broker().startAgain();
			}
			awaitUp(server);
		}
	}

	@Test
	void aBrokerThatDoesNotAnswerIsDownAtOnce() {
		try (TcpProxy proxy = TcpProxy.to(own.broker());
				RunningListener server = RunningListener.start(own.host().springProperties(proxy), List.of())) {
			awaitUp(server);
			proxy.blackHole();
			for (int i = 0; i < 3; i++) {
				long begun = System.nanoTime();
				Health health = RunningListener.health(server);
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails().get("queues")).asString()
					.contains("reason=the broker does not answer within 1000 ms")
					.doesNotContain("depth");
			}
			assertThat(Thread.getAllStackTraces().keySet()).filteredOn("name", "queue-probe").hasSize(1);
			proxy.restore();
			awaitUp(server);
		}
	}

	@Test
	void aBlockedReplyConnectionIsDownUntilTheAlarmEnds() throws Exception {
		try (RunningListener server = RunningListener.start(own.host(), "--delay=500ms")) {
			awaitUp(server);
			TestPeer peer = TestPeer.connect(own.host());
			// RabbitMQ blocks only connections that publish, so there must be replies to
			// send
			for (int i = 0; i < 20; i++) {
				peer.send("30", TestPeer.request());
			}
			peer.reply();
			own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
			try {
				awaitDown(server, "the broker blocks replies: low on memory");
			}
			finally {
				own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
			}
			awaitUp(server);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> queue(RunningListener server) {
		Map<String, Map<String, Object>> queues = (Map<String, Map<String, Object>>) Objects
			.requireNonNull(RunningListener.health(server).getDetails().get("queues"));
		return Objects.requireNonNull(queues.get(RunningListener.QUEUE));
	}

	private static void awaitUp(RunningListener server) {
		await().atMost(RECOVERY).untilAsserted(() -> {
			Health health = RunningListener.health(server);
			assertThat(health.getStatus()).as(health.toString()).isEqualTo(Status.UP);
		});
	}

	private static void awaitDown(RunningListener server, String reason) {
		await().atMost(SOON).untilAsserted(() -> assertThat(queue(server).get("reason")).asString().contains(reason));
		Health health = RunningListener.health(server);
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails().get("reason")).asString().contains(reason);
	}

}
