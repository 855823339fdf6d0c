package io.rabbitrpc.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a server whose one connection falls silent while the other one works.
 */
@Tag("broker")
class OneSilentConnectionTests {

	private static final Duration HEARTBEAT = Duration.ofSeconds(2);

	// The broker may need one more heartbeat, and a connection takes some time
	private static final Duration REPLACED = HEARTBEAT.multipliedBy(3).plusSeconds(4);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy requests = TcpProxy.to(TestBroker.shared());

	private final TcpProxy replies = TcpProxy.to(TestBroker.shared());

	private final Set<String> unanswered = new HashSet<>();

	@AfterEach
	void close() {
		this.requests.close();
		this.replies.close();
		this.virtualHost.close();
	}

	@Test
	void connectionOfTheRepliesOnWhichNothingIsReadIsReplaced() throws Exception {
		assertReplaced(this.replies, TcpProxy::stopReading);
	}

	@Test
	void connectionOfTheRequestsOnWhichNothingIsReadIsReplaced() throws Exception {
		assertReplaced(this.requests, TcpProxy::stopReading);
	}

	@Test
	void connectionOfTheRequestsOnWhichNothingComesIsReplaced() throws Exception {
		// New connections work, as they would over another network path
		assertReplaced(this.requests, TcpProxy::silenceConnections);
	}

	private void assertReplaced(TcpProxy silent, Consumer<TcpProxy> fault) throws Exception {
		Map<String, String> broker = new HashMap<>(this.virtualHost.springProperties(this.requests));
		broker.put("spring.rabbitmq.requested-heartbeat", HEARTBEAT.toSeconds() + "s");
		try (RunningListener server = RunningListener.start(broker, List.of(RepliesByAnotherWay.class),
				"--" + RepliesByAnotherWay.PORT + "=" + this.replies.port())) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			request(peer, 20);
			takeReplies(peer);
			assertThat(this.requests.connectionsTaken()).isOne();
			assertThat(this.replies.connectionsTaken()).isOne();
			request(peer, 20);
			fault.accept(silent);
			long begun = System.nanoTime();
			request(peer, 20);
			// Each request is answered, though some wait for the heartbeat
			takeReplies(peer);
			await().atMost(REPLACED.minusNanos(System.nanoTime() - begun))
				.pollInterval(Duration.ofMillis(50))
				.until(() -> {
					request(peer, 1);
					takeReplies(peer);
					return silent.connectionsTaken() == 2;
				});
			await().atMost(REPLACED).until(() -> RunningListener.health(server).getStatus().equals(Status.UP));
			request(peer, 20);
			takeReplies(peer);
			assertThat(this.requests.connectionsTaken() + this.replies.connectionsTaken()).isEqualTo(3);
			// The broker may notice the silence later than the server. Only then does it
			// deliver again what was not acknowledged
			await().atMost(REPLACED)
				.until(() -> this.virtualHost.listQueues("messages"),
						(queues) -> queues.contains(RunningListener.QUEUE + "\t0"));
		}
		assertThat(this.virtualHost.queue(RunningListener.QUEUE).ready()).isZero();
	}

	private void request(TestPeer peer, int count) throws Exception {
		for (int i = 0; i < count; i++) {
			BasicProperties.Builder request = TestPeer.request();
			this.unanswered.add(request.build().getCorrelationId());
			peer.send("10", request);
		}
	}

	// A reply may come twice, because its request was not acknowledged
	private void takeReplies(TestPeer peer) throws Exception {
		while (!this.unanswered.isEmpty()) {
			this.unanswered.remove(peer.reply().getProperties().getCorrelationId());
		}
	}

}
