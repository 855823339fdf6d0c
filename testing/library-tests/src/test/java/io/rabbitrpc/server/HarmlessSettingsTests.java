package io.rabbitrpc.server;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of Boot's settings that change how Spring publishes or consumes. With each of
 * them, requests are answered, and unanswerable ones become dead letters.
 */
@Tag("broker")
class HarmlessSettingsTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "publisher-confirm-type=correlated", "publisher-confirm-type=simple",
			"publisher-returns=true", "template.observation-enabled=true", "listener.direct.observation-enabled=true",
			"dynamic=false", "cache.channel.checkout-timeout=1s", "listener.direct.force-stop=true",
			"listener.direct.missing-queues-fatal=true" })
	void requestsAreAnsweredAndDeadLettersKept(String setting) throws Exception {
		// With force-stop, a container always waits for its whole shutdown timeout
		try (RunningListener server = RunningListener.start(this.virtualHost, "--spring.rabbitmq." + setting,
				"--spring.lifecycle.timeout-per-shutdown-phase=2s")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request().replyTo(null));
			for (int i = 0; i < 10; i++) {
				assertThat(peer.call("10", TestPeer.request()).getBody()).asString().isEqualTo("20");
			}
			assertThat(peer.channel().messageCount("rpc_dead_letters")).isOne();
			assertThat(server.context().isActive()).isTrue();
		}
	}

}
