package io.fibrpc.testbroker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TestBroker} and {@link VirtualHost}.
 */
@Tag("once")
@Execution(ExecutionMode.CONCURRENT) // Each waits for a broker that starts
class TestBrokerTests {

	// Several brokers start at the same time
	private static final Duration SLOW_START = Duration.ofSeconds(30);

	private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

	@Test
	void newNodeRefusesAnUnknownChoice() {
		assertThatIllegalStateException().isThrownBy(() -> TestBroker.newNode("podman"))
			.withMessage("FIB_TEST_BROKER takes docker or node, not 'podman'");
	}

	@Test
	@Tag("broker")
	void sharedIsOneBroker() {
		assertThat(TestBroker.shared()).isSameAs(TestBroker.shared());
		assertThat(TestBroker.shared().version()).matches("\\d+\\.\\d+\\.\\d+");
	}

	@Test
	@Tag("broker")
	void virtualHostsAreSeparateAndDeleted() throws Exception {
		TestBroker broker = TestBroker.shared();
		VirtualHost closed = broker.createVirtualHost();
		try (VirtualHost host = broker.createVirtualHost()) {
			closed.connect().createChannel().queueDeclare("rpc_queue", true, false, false, QUORUM);
			assertThat(closed.listQueues("type", "durable")).containsExactly("rpc_queue\tquorum\ttrue");
			assertThat(host.listQueues()).isEmpty();
			closed.close();
			assertThat(broker.rabbitmqctl("list_vhosts")).contains(host.name()).doesNotContain(closed.name());
		}
	}

	@Test
	@Tag("broker")
	void queueCountsMessagesAndConsumers() throws Exception {
		try (VirtualHost host = TestBroker.shared().createVirtualHost()) {
			Channel channel = host.connect().createChannel();
			channel.queueDeclare("q", false, true, false, null);
			assertThatIllegalStateException().isThrownBy(() -> host.queue("q"));
			channel.queueDeclare("open", true, false, false, null);
			channel.confirmSelect();
			channel.basicPublish("", "open", null, new byte[0]);
			channel.waitForConfirmsOrDie(5000);
			assertThat(host.queue("open")).isEqualTo(new QueueInfo("open", 1, 0));
			channel.basicQos(1);
			channel.basicConsume("open", false, (tag, delivery) -> {
			}, (tag) -> {
			});
			await().untilAsserted(() -> assertThat(host.queue("open")).isEqualTo(new QueueInfo("open", 0, 1)));
		}
	}

	@Test
	@Tag("broker")
	void policiesApplyOnEveryVersion() throws Exception {
		try (VirtualHost host = TestBroker.shared().createVirtualHost()) {
			host.setPolicy("limit", "^rpc_queue$", "{\"max-length\":1}", "quorum_queues");
			host.connect().createChannel().queueDeclare("rpc_queue", true, false, false, QUORUM);
			await().untilAsserted(() -> assertThat(host.listQueues("policy")).containsExactly("rpc_queue\tlimit"));
		}
	}

	@Test
	@Tag("broker")
	void closeAllConnectionsTellsTheReason() {
		try (VirtualHost host = TestBroker.shared().createVirtualHost()) {
			Connection connection = host.connect();
			await().untilAsserted(() -> {
				host.closeAllConnections("maintenance");
				assertThat(connection.isOpen()).isFalse();
			});
			assertThat(connection.getCloseReason()).hasMessageContaining("maintenance");
		}
	}

	@Test
	@Tag("broker")
	void ownBrokerComesBackOnTheSamePortWithTheSameData() throws Exception {
		try (TestBroker broker = TestBroker.start(); VirtualHost host = broker.createVirtualHost()) {
			int port = broker.port();
			Channel channel = host.connect().createChannel();
			// Classic: RabbitMQ 3.10 does not recover a quorum queue killed within
			// seconds of its declaration
			channel.queueDeclare("kept", true, false, false, null);
			channel.confirmSelect();
			channel.basicPublish("", "kept", MessageProperties.PERSISTENT_BASIC,
					"30".getBytes(StandardCharsets.US_ASCII));
			channel.waitForConfirmsOrDie(5000);
			broker.writeDefinitions();

			broker.kill();
			assertThat(broker.isRunning()).isFalse();
			assertThatIllegalStateException().isThrownBy(host::connect);
			broker.startAgain();
			assertThat(broker.port()).isEqualTo(port);
			// A broker that answers may still be reading its queues
			await().atMost(SLOW_START)
				.ignoreException(IllegalStateException.class)
				.untilAsserted(() -> assertThat(host.queue("kept").ready()).isOne());

			broker.restart();
			await().atMost(SLOW_START)
				.ignoreException(IllegalStateException.class)
				.untilAsserted(() -> assertThat(host.queue("kept").ready()).isOne());
		}
	}

	@Test
	@Tag("broker")
	void pausedBrokerKeepsConnectionsAndAnswersAfterwards() throws Exception {
		try (TestBroker broker = TestBroker.start(); VirtualHost host = broker.createVirtualHost()) {
			Channel channel = host.connect().createChannel();
			broker.pause();
			Thread declaring = new Thread(() -> declare(channel));
			declaring.start();
			declaring.join(1000);
			assertThat(declaring.isAlive()).isTrue();
			broker.resume();
			declaring.join(10_000);
			assertThat(declaring.isAlive()).isFalse();
			assertThat(host.queue("declared").ready()).isZero();
		}
	}

	private static void declare(Channel channel) {
		try {
			channel.queueDeclare("declared", true, false, false, null);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
