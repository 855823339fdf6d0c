package io.rabbitrpc.server;

import java.time.Duration;
import java.util.Map;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.server.queue.QueueDeclarer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for when queues are declared.
 */
@Tag("broker")
class QueueDeclarationTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@Test
	void queuesAreDeclaredOnEachNewConnection() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			assertThat(server.bean(QueueDeclarer.class).refusal("rpc_dead_letters")).isNull();
			TestPeer.connect(this.virtualHost).channel().queueDelete("rpc_dead_letters");
			this.virtualHost.closeAllConnections("maintenance");
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(
						() -> assertThatNoException().isThrownBy(() -> this.virtualHost.queue("rpc_dead_letters")));
		}
	}

	@Test
	void queueThatIsDeclaredOtherwiseIsUsedAsItIs() throws Exception {
		TestPeer.connect(this.virtualHost).channel().queueDeclare(RunningListener.QUEUE, true, false, false, Map.of());
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			assertThat(server.bean(QueueDeclarer.class).refusal(RunningListener.QUEUE)).contains("PRECONDITION_FAILED");
			await().atMost(Duration.ofSeconds(10))
				.until(() -> this.virtualHost.queue(RunningListener.QUEUE).consumers() == 1);
		}
	}

}
