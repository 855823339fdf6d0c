package io.fibrpc.server;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.fibrpc.testbroker.OwnBroker;
import io.fibrpc.testbroker.TcpProxy;

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
		try (RunningServer server = RunningServer.start(own.host())) {
			awaitUp(server);
			assertThat(queue(server)).containsEntry("consumers", 1)
				.containsEntry("queueConsumers", 1)
				.containsEntry("depth", 0)
				.containsEntry("prefetch", 1)
				.containsEntry("lastRequest", "none")
				.containsEntry("broker", "RabbitMQ " + own.broker().version())
				.doesNotContainKeys("reason", "notDeclaredHere");
			assertThat(RunningServer.health(server).getDetails()).containsOnlyKeys("rpc_queue", "deadLetters")
				.containsEntry("deadLetters", 0);
			TestPeer peer = TestPeer.connect(own.host());
			peer.send("30", TestPeer.request().replyTo(null));
			peer.call("30", TestPeer.request());
			assertThat(Instant.parse(String.valueOf(queue(server).get("lastRequest"))))
				.isBetween(Instant.now().minusSeconds(10), Instant.now());
			assertThat(RunningServer.health(server).getDetails()).containsEntry("deadLetters", 1);
			server.bean(RabbitListenerEndpointRegistry.class).stop();
			assertThat(RunningServer.health(server).getStatus()).isEqualTo(Status.DOWN);
			assertThat(queue(server)).containsEntry("reason", "the listener has been stopped");
		}
	}

	@Test
	void aQueueThatIsNotAsDeclaredIsUpAndSaysSo() throws Exception {
		own.host().connect().createChannel().queueDeclare("rpc_queue", false, false, false, null);
		try (RunningServer server = RunningServer.start(own.host())) {
			awaitUp(server);
			assertThat(queue(server).get("notDeclaredHere")).asString().startsWith("PRECONDITION_FAILED");
		}
	}

	@Test
	void aCancelledConsumerIsDownUntilItConsumesAgain() throws Exception {
		try (RunningServer server = RunningServer.start(own.host())) {
			awaitUp(server);
			Connection thief = own.host().connect();
			await().ignoreException(IOException.class).atMost(SOON).until(() -> takeAway(thief));
			awaitDown(server, "does not consume rpc_queue");
			assertThat(queue(server)).containsEntry("consumers", 0);
			thief.close();
			awaitUp(server);
		}
	}

	private boolean takeAway(Connection thief) throws IOException {
		Channel channel = thief.createChannel();
		channel.queueDelete("rpc_queue");
		return channel.queueDeclare("rpc_queue", false, true, false, null) != null;
	}

	@Test
	void aDeletedQueueIsDeclaredAgain() throws Exception {
		try (RunningServer server = RunningServer.start(own.host())) {
			awaitUp(server);
			own.host().connect().createChannel().queueDelete("rpc_queue");
			await().atMost(SOON).until(() -> own.host().listQueues().contains("rpc_queue"));
			awaitUp(server);
			TestPeer.connect(own.host()).call("30", TestPeer.request());
		}
	}

	@Test
	void aBrokerThatIsGoneIsDownUntilItIsBack() {
		try (RunningServer server = RunningServer.start(own.host())) {
			awaitUp(server);
			own.broker().stop();
			try {
				awaitDown(server, "does not consume rpc_queue");
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
				RunningServer server = RunningServer.start(own.host().springProperties(proxy), List.of())) {
			awaitUp(server);
			proxy.blackHole();
			for (int i = 0; i < 3; i++) {
				long begun = System.nanoTime();
				Health health = RunningServer.health(server);
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails().get("rpc_queue")).asString()
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
		try (RunningServer server = RunningServer.start(own.host(), "--fib.server.delay=500ms")) {
			awaitUp(server);
			TestPeer peer = TestPeer.connect(own.host());
			// Only who publishes is blocked, so there must be replies to send
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

	@Test
	void readinessNeedsTheQueueAndLivenessDoesNot() {
		try (RunningServer server = RunningServer.start(own.host())) {
			HealthEndpointGroups groups = server.bean(HealthEndpointGroups.class);
			assertThat(groups.get("readiness"))
				.satisfies((group) -> assertThat(group.isMember("rpcListeners")).isTrue());
			assertThat(groups.get("liveness"))
				.satisfies((group) -> assertThat(group.isMember("rpcListeners")).isFalse());
			assertThat(server.context().containsBean("rabbitHealthContributor")).isFalse();
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> queue(RunningServer server) {
		return (Map<String, Object>) Objects.requireNonNull(RunningServer.health(server).getDetails().get("rpc_queue"));
	}

	private static void awaitUp(RunningServer server) {
		await().atMost(RECOVERY).untilAsserted(() -> {
			Health health = RunningServer.health(server);
			assertThat(health.getStatus()).as(health.toString()).isEqualTo(Status.UP);
		});
	}

	private static void awaitDown(RunningServer server, String reason) {
		await().atMost(SOON).untilAsserted(() -> assertThat(queue(server).get("reason")).asString().contains(reason));
		assertThat(RunningServer.health(server).getStatus()).isEqualTo(Status.DOWN);
	}

}
