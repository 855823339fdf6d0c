package io.rabbitrpc.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a server that loses the broker just before it stops, or while it stops.
 */
@Tag("broker")
class StopAfterLossTests {

	// Far less than the time in which requests at work may end
	private static final Duration AT_ONCE = Duration.ofSeconds(5);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy broker = TcpProxy.to(TestBroker.shared());

	@AfterEach
	void close() {
		this.broker.close();
		this.virtualHost.close();
	}

	@Test
	void serverThatHasLostItsConnectionsStopsAtOnce() {
		RunningListener server = RunningListener.start(this.virtualHost.springProperties(this.broker), List.of());
		await().until(() -> RunningListener.health(server).getStatus().equals(Status.UP));
		this.broker.close();
		await().pollInterval(Duration.ofMillis(10))
			.until(() -> RunningListener.health(server).getStatus().equals(Status.DOWN));
		long begun = System.nanoTime();
		server.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
	}

	@Test
	void serverThatLosesItsConnectionsWhileItStopsDoesNotWaitForItsRequests() throws Exception {
		RunningListener server = RunningListener.start(this.virtualHost.springProperties(this.broker), List.of(),
				"--delay=30s");
		TestPeer.connect(this.virtualHost).send("1", TestPeer.request());
		await().until(() -> server.runs() == 1);
		RabbitListenerEndpointRegistry listeners = server.bean(RabbitListenerEndpointRegistry.class);
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
		await().until(() -> !listeners.isRunning());
		this.broker.close();
		assertThat(stopped).succeedsWithin(AT_ONCE);
	}

}
