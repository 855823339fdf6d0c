package io.rabbitrpc.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.server.container.ServedQueue;
import io.rabbitrpc.server.container.ServedQueues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a server that does not get requests which RabbitMQ counts as delivered.
 */
@Tag("broker")
class LostDeliveriesTests {

	private static final Duration RECOVERY = Duration.ofSeconds(10);

	// By then an idle server has taken a delivery for lost
	private static final Duration LONG = Duration.ofSeconds(5);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy broker = TcpProxy.to(TestBroker.shared());

	@AfterEach
	void close() {
		this.broker.close();
		this.virtualHost.close();
	}

	@Test
	void lostRequestAndTheNextOneAreAnswered() throws Exception {
		this.broker.loseDeliveries();
		try (RunningListener server = RunningListener.start(this.virtualHost.springProperties(this.broker),
				List.of())) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("1", TestPeer.request());
			peer.send("2", TestPeer.request());
			await().until(() -> this.virtualHost.queue(RunningListener.QUEUE).ready() == 1);
			this.broker.restore();
			await().atMost(RECOVERY).until(() -> server.runs() == 2);
			assertThat(List.of(text(peer.reply()), text(peer.reply()))).containsExactlyInAnyOrder("2", "4");
			// One for requests and one for replies
			assertThat(this.broker.connectionsTaken()).isEqualTo(2);
		}
	}

	@Test
	void consumerStaysWhileItWorks() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost, "--delay=" + LONG.toMillis() + "ms")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("1", TestPeer.request());
			peer.send("2", TestPeer.request());
			await().until(() -> server.runs() == 1);
			assertConsumerStays(server, () -> server.runs() == 2);
		}
	}

	@Test
	void consumerOfAnEmptyQueueStays() {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			long begun = System.nanoTime();
			assertConsumerStays(server, () -> System.nanoTime() - begun > LONG.toNanos());
		}
	}

	private static void assertConsumerStays(RunningListener server, Callable<Boolean> end) {
		ServedQueue queue = server.bean(ServedQueues.class).of(RunningListener.QUEUE);
		Channel consumed = await().until(queue::channel, Objects::nonNull);
		await().atMost(LONG.plus(RECOVERY)).until(end);
		assertThat(queue.channel()).isSameAs(consumed);
	}

	private static String text(Delivery reply) {
		return new String(reply.getBody(), StandardCharsets.UTF_8);
	}

}
