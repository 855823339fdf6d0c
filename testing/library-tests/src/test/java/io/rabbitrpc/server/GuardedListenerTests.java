package io.rabbitrpc.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of replies while the connection of the replies fails.
 */
@Tag("broker")
class GuardedListenerTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final Duration AT_ONCE = Duration.ofMillis(2500);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy proxy = TcpProxy.to(this.virtualHost.broker());

	@AfterEach
	void close() {
		this.proxy.close();
		this.virtualHost.close();
	}

	@Test
	void aReplyHasExactlyThePropertiesOfTheProtocol() throws Exception {
		try (RunningListener server = server("--rabbit.rpc.server.instance=alpha")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			assertThat(value(server, "rabbit.rpc.server.reply.failures")).isZero();
			for (String body : List.of("30", "abc")) {
				BasicProperties request = TestPeer.request().build();
				BasicProperties reply = peer.call(body, request.builder().priority(3).messageId("m")).getProperties();
				assertThat(reply).isEqualTo(new BasicProperties.Builder().contentType("text/plain")
					.contentEncoding(body.equals("30") ? "UTF-8" : null)
					.deliveryMode(1)
					.correlationId(request.getCorrelationId())
					.headers(reply.getHeaders())
					.build());
				assertThat(reply.getHeaders()).containsOnlyKeys("x-rpc-status", "x-rpc-server", "x-rpc-work-us");
				// On the wire V, S, I, D, F, A, T and t: the only types that every
				// tutorial's library knows
				assertThat(reply.getHeaders().values()).allMatch((value) -> value == null || value instanceof LongString
						|| value instanceof Integer || value instanceof Map || value instanceof List
						|| value instanceof Date || value instanceof Boolean);
				assertThat(reply.getHeaders().get("x-rpc-work-us")).isInstanceOf(Integer.class);
			}
		}
	}

	@Test
	void aReplyIsSentAgainAndTheListenerDoesNotRunAgain() throws Exception {
		try (RunningListener server = server()) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.call("30", TestPeer.request());
			int before = server.runs();
			this.proxy.blackHole();
			for (int i = 0; i < 20; i++) {
				peer.send(String.valueOf(i), TestPeer.request());
			}
			await().atMost(SOON).until(() -> server.runs() == before + 20);
			this.proxy.reset();
			this.proxy.restore();
			for (int i = 0; i < 20; i++) {
				peer.reply();
			}
			await().atMost(SOON).until(() -> answered(server, "OK") == 21);
			assertThat(server.runs()).isEqualTo(before + 20);
			assertThat(value(server, "rabbit.rpc.server.reply.failures")).isZero();
			assertThat(value(server, "rabbit.rpc.server.requests.redelivered")).isZero();
		}
	}

	@Test
	void requestsAreAnsweredWhileTheReplyConnectionIsSilentAndHealthTells() throws Exception {
		try (RunningListener server = server()) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.call("30", TestPeer.request());
			await().atMost(SOON).until(() -> health(server).getStatus().equals(Status.UP));
			this.proxy.blackHole();
			peer.send("31", TestPeer.request());
			await().atMost(AT_ONCE)
				.untilAsserted(() -> assertThat(health(server).getDetails()).extracting("queues")
					.asString()
					.contains("the broker does not answer on the connection of the replies"));
			assertThat(peer.reply().getBody()).asString().isEqualTo("62");
			for (int i = 0; i < 100; i++) {
				Delivery reply = peer.call("10", TestPeer.request());
				assertThat(reply.getBody()).asString().isEqualTo("20");
			}
			await().atMost(SOON).until(() -> answered(server, "OK") == 102);
			this.proxy.restore();
			await().atMost(SOON).until(() -> health(server).getStatus().equals(Status.UP));
			peer.call("30", TestPeer.request());
		}
	}

	@Test
	void anAnswerIsCountedWhenTheBrokerHasIt() throws Exception {
		try (RunningListener server = server()) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.call("30", TestPeer.request());
			await().atMost(SOON).until(() -> answered(server, "OK") == 1);
			this.proxy.latency(Duration.ofMillis(200));
			peer.send("30", TestPeer.request());
			peer.reply();
			assertThat(answered(server, "OK")).isOne();
			await().atMost(SOON).until(() -> answered(server, "OK") == 2);
		}
	}

	private RunningListener server(String... settings) {
		List<String> all = new ArrayList<>(List.of(settings));
		all.add("--" + RepliesByAnotherWay.PORT + "=" + this.proxy.port());
		return RunningListener.start(this.virtualHost.springProperties(), List.of(RepliesByAnotherWay.class),
				all.toArray(String[]::new));
	}

	private static Health health(RunningListener server) {
		return RunningListener.health(server);
	}

	private static long answered(RunningListener server, String status) {
		return server.bean(MeterRegistry.class).get("rabbit.rpc.server.requests").tag("status", status).timer().count();
	}

	private static double value(RunningListener server, String name) {
		return server.bean(MeterRegistry.class).get(name).counter().count();
	}

}
