package io.fibrpc.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.call.RpcCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a client stops in time while the broker reads nothing.
 */
@Tag("broker")
class SilentBrokerTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy proxy = TcpProxy.to(TestBroker.shared());

	private final Connection connection = this.virtualHost.connect();

	@BeforeEach
	void serve() throws Exception {
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		}
		StandInServer.start(this.virtualHost, "rpc_queue", StandInServer.answering("5"));
	}

	@AfterEach
	void close() {
		this.connection.abort(5_000);
		this.proxy.close();
		this.virtualHost.close();
	}

	@ParameterizedTest
	@EnumSource
	void clientStopsInTime(ReplyMode mode) throws IOException {
		RunningClient client = RunningClient.start(this.virtualHost.springProperties(this.proxy), mode);
		FibonacciClient calls = client.bean(FibonacciClient.class);
		assertThat(calls.fibonacci(5, Duration.ofSeconds(5))).isEqualTo(5);
		this.proxy.stopReading();
		List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			waiting.add(client.getLater("/fibonacci/5?deadline=3s"));
		}
		// The requests that the proxy has just read are still answered
		await().until(() -> client.bean(RpcCalls.class).inFlight()
				+ waiting.stream().filter(CompletableFuture::isDone).count() == waiting.size());
		long start = System.nanoTime();
		client.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		assertThat(waiting).allSatisfy((response) -> assertThat(response).isDone());
	}

}
