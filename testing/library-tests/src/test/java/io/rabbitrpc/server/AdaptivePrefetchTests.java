package io.rabbitrpc.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how many requests are taken at a time.
 */
@Tag("broker")
class AdaptivePrefetchTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final int ROUND = 200;

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@Test
	void manyQuickRequestsAreTakenTogetherAndEachIsAnsweredOnce() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost, "--rabbit.rpc.server.prefetch=50")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			assertThat(prefetch(server)).isOne();
			await().pollInterval(Duration.ZERO).atMost(SOON).until(() -> {
				callEachOnce(peer);
				return prefetch(server) == 50;
			});
			callEachOnce(peer);
			assertThat(peer.channel().consumerCount(RunningListener.QUEUE)).isOne();
			// No more requests come
			await().atMost(SOON).until(() -> prefetch(server) == 1);
			callEachOnce(peer);
		}
	}

	@Test
	void largeRequestsAreNotTakenTogether() throws Exception {
		String tooMuchFor250 = "7".repeat((int) (Runtime.getRuntime().maxMemory() / 8 / 250) + 1);
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			await().pollInterval(Duration.ZERO).atMost(SOON).until(() -> {
				callEachOnce(peer);
				return prefetch(server) == 250;
			});
			// As fast as before. After a quiet time the server would need five seconds
			await().pollInterval(Duration.ZERO).atMost(Duration.ofSeconds(4)).until(() -> {
				assertThat(
						peer.call(tooMuchFor250, TestPeer.request()).getProperties().getHeaders().get("x-rpc-status"))
					.hasToString("INVALID_ARGUMENT");
				return prefetch(server) == 1;
			});
		}
	}

	@Test
	void afterALostConnectionFewAreTaken() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost, "--rabbit.rpc.server.prefetch=50")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			await().pollInterval(Duration.ZERO).atMost(SOON).until(() -> {
				callEachOnce(peer);
				return prefetch(server) == 50;
			});
			this.virtualHost.closeAllConnections("a test");
			await().atMost(SOON).until(() -> prefetch(server) == 1);
			TestPeer next = TestPeer.connect(this.virtualHost);
			callEachOnce(next);
			await().atMost(SOON).until(() -> next.channel().consumerCount(RunningListener.QUEUE) == 1);
		}
	}

	@Test
	void aSlowServerLeavesRequestsToAQuickOne() throws Exception {
		try (RunningListener slow = RunningListener.start(this.virtualHost, "--delay=500ms");
				RunningListener quick = RunningListener.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			assertThat(prefetch(slow)).isOne();
			long begun = System.nanoTime();
			for (int i = 0; i < 5; i++) {
				callEachOnce(peer);
			}
			// Each of its requests would delay all others by half a second
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
			assertThat(prefetch(quick)).isPositive();
			assertThat(prefetch(slow)).isOne();
		}
	}

	private static int prefetch(RunningListener server) {
		return (int) server.bean(MeterRegistry.class).get("rabbit.rpc.server.prefetch").gauge().value();
	}

	private static void callEachOnce(TestPeer peer) throws Exception {
		Set<String> sent = new HashSet<>();
		for (int i = 0; i < ROUND; i++) {
			BasicProperties.Builder request = TestPeer.request();
			sent.add(request.build().getCorrelationId());
			peer.send("10", request);
		}
		for (int i = 0; i < ROUND; i++) {
			assertThat(sent.remove(peer.reply().getProperties().getCorrelationId())).isTrue();
		}
	}

}
