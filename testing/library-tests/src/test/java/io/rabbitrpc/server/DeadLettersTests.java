package io.rabbitrpc.server;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the dead letters.
 */
@Tag("broker")
@ExtendWith(OutputCaptureExtension.class)
class DeadLettersTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@Test
	void aRequestIsKeptAlsoAfterItsQueueWasDeleted() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request().replyTo(null));
			await().atMost(SOON).until(() -> kept(server) == 1);
			peer.channel().queueDelete("rpc_dead_letters");
			peer.send("30", TestPeer.request().replyTo(null));
			await().atMost(SOON).until(() -> kept(server) == 2);
			assertThat(peer.channel().messageCount("rpc_dead_letters")).isOne();
			assertThat(count(server, "rabbit.rpc.server.dead.letters.failures")).isZero();
		}
	}

	@Test
	void aRequestThatIsNotKeptIsNotLoggedAsKept(CapturedOutput output) throws Exception {
		TestPeer peer = TestPeer.connect(this.virtualHost);
		peer.channel()
			.queueDeclare("rpc_dead_letters", true, false, false,
					Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			peer.send("30", TestPeer.request().replyTo(null));
			await().atMost(SOON).until(() -> count(server, "rabbit.rpc.server.dead.letters.failures") == 1);
			assertThat(kept(server)).isZero();
			await().atMost(SOON).until(() -> output.getOut().contains("the broker refuses it"));
			assertThat(output).contains("was rejected without a reply: reply_to is missing")
				.doesNotContain("is kept in");
			// Another request is answered
			assertThat(peer.call("10", TestPeer.request()).getBody()).asString().isEqualTo("20");
		}
	}

	@Test
	void aRequestThatIsNotKeptGoesWhereAPolicySays() throws Exception {
		this.virtualHost.setPolicy("kept", "^work$",
				"{\"dead-letter-exchange\": \"\", \"dead-letter-routing-key\": \"elsewhere\"}", "queues");
		TestPeer peer = TestPeer.connect(this.virtualHost);
		peer.channel().queueDeclare("elsewhere", true, false, false, null);
		peer.channel()
			.queueDeclare("rpc_dead_letters", true, false, false,
					Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			peer.send("30", TestPeer.request().replyTo(null));
			await().atMost(SOON).until(() -> peer.channel().messageCount("elsewhere") == 1);
			assertThat(kept(server)).isZero();
		}
	}

	@Test
	void aBrokerThatDoesNotConfirmHoldsUpRequestsForSecondsOnly(CapturedOutput output) throws Exception {
		try (TcpProxy proxy = TcpProxy.to(this.virtualHost.broker())) {
			try (RunningListener server = RunningListener.start(this.virtualHost.springProperties(),
					List.of(RepliesByAnotherWay.class), "--" + RepliesByAnotherWay.PORT + "=" + proxy.port())) {
				TestPeer peer = TestPeer.connect(this.virtualHost);
				peer.send("30", TestPeer.request().replyTo(null));
				await().atMost(SOON).until(() -> kept(server) == 1);
				int before = output.getOut().length();
				proxy.blackHole();
				for (int i = 0; i < 20; i++) {
					peer.send("30", TestPeer.request().replyTo(null));
				}
				peer.send("10", TestPeer.request());
				await().atMost(SOON.plus(SOON))
					.until(() -> count(server, "rabbit.rpc.server.dead.letters.failures") == 20);
				// Another request is answered
				assertThat(peer.reply().getBody()).asString().isEqualTo("20");
				assertThat(kept(server)).isOne();
				assertThat(output.getOut().substring(before)).contains("could not be put into")
					.doesNotContain("is kept in");
				proxy.restore();
			}
		}
	}

	@Test
	void noChannelOfTheCacheIsLeftInConfirmMode() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request().replyTo(null));
			await().atMost(SOON).until(() -> kept(server) == 1);
			ConnectionFactory publisher = Objects
				.requireNonNull(server.bean(ConnectionFactory.class).getPublisherConnectionFactory());
			ChannelProxy cached = (ChannelProxy) publisher.createConnection().createChannel(false);
			assertThat(cached.isConfirmSelected()).isFalse();
		}
	}

	private static double kept(RunningListener server) {
		return count(server, "rabbit.rpc.server.dead.letters");
	}

	private static double count(RunningListener server, String name) {
		return server.bean(MeterRegistry.class).get(name).counters().stream().mapToDouble(Counter::count).sum();
	}

}
