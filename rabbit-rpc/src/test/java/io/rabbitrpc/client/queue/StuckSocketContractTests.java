package io.rabbitrpc.client.queue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.client.queue.CallingClient.Replies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a socket that takes no more of what 512 callers write, whatever the reply
 * mode.
 */
@Tag("broker")
abstract class StuckSocketContractTests {

	private static final int CALLERS = 256;

	private static final Duration DEADLINE = Duration.ofSeconds(1);

	// 250 ms, and what 512 callers on a machine that is busy take to be seen
	private static final Duration ENDED = DEADLINE.plusSeconds(1);

	private static final Duration HEARTBEAT = Duration.ofSeconds(2);

	// As much as fills the buffers of the system
	private static final byte[] BODY = new byte[64 * 1024];

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy proxy = TcpProxy.to(TestBroker.shared());

	private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

	private final CallingClient client;

	StuckSocketContractTests(Replies replies) {
		this.client = new CallingClient(this.virtualHost, replies, this.proxy.port(), HEARTBEAT);
	}

	@BeforeEach
	void serve() throws IOException {
		Channel channel = this.virtualHost.connect().createChannel();
		channel.queueDeclare("served", true, false, false, Map.of("x-queue-type", "quorum"));
		channel.basicConsume("served", true, (tag, request) -> {
			BasicProperties asked = request.getProperties();
			channel.basicPublish("", asked.getReplyTo(),
					new BasicProperties.Builder().correlationId(asked.getCorrelationId()).build(),
					"reply".getBytes(StandardCharsets.US_ASCII));
		}, (tag) -> {
		});
	}

	@AfterEach
	void close() {
		this.client.close();
		this.callers.shutdownNow();
		this.proxy.close();
		this.virtualHost.close();
	}

	@Test
	void eachCallEndsInTimeAndGivesItsPlaceBack() throws Exception {
		assertThat(this.client.call("served", Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS)).isEqualTo("reply");
		this.proxy.stopReading();
		long start = System.nanoTime();
		while (System.nanoTime() - start < HEARTBEAT.multipliedBy(3).toNanos()) {
			List<CompletableFuture<Duration>> ended = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				ended.add(timed(() -> this.client.call("served", BODY, DEADLINE)));
				ended.add(CompletableFuture
					.supplyAsync(() -> timed(() -> this.client.callAndWait("served", BODY, DEADLINE)), this.callers)
					.thenCompose((elapsed) -> elapsed));
			}
			for (CompletableFuture<Duration> call : ended) {
				assertThat(call.get(20, TimeUnit.SECONDS)).isLessThan(ENDED);
			}
			assertThat(this.client.inFlight()).isZero();
		}
		// By another connection
		assertThat(this.proxy.connectionsTaken()).isEqualTo(2);
		await().atMost(Duration.ofSeconds(5))
			.until(() -> this.client.call("served", DEADLINE).handle((value, failure) -> value).join() != null);
		assertThat(this.client.inFlight()).isZero();
	}

	private static CompletableFuture<Duration> timed(Supplier<CompletableFuture<String>> call) {
		long start = System.nanoTime();
		return call.get().handle((value, failure) -> Duration.ofNanos(System.nanoTime() - start));
	}

}
