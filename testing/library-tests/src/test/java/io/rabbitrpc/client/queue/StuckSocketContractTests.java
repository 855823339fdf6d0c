package io.rabbitrpc.client.queue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import io.fibrpc.testbroker.KeyTool;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TlsListener;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.rabbitrpc.client.queue.CallingClient.Replies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a socket that accepts no more bytes from 512 callers, in each reply mode, with
 * and without TLS.
 */
@Tag("broker")
abstract class StuckSocketContractTests {

	private static final int CALLERS = 256;

	private static final Duration DEADLINE = Duration.ofSeconds(1);

	// 250 ms, and the time until a busy machine has noticed the end of 512 calls
	private static final Duration ENDED = DEADLINE.plusSeconds(1);

	private static final Duration HEARTBEAT = Duration.ofSeconds(2);

	// Two heartbeats, and some time more
	private static final Duration REPLACED = HEARTBEAT.multipliedBy(2).plusSeconds(5);

	// The proxy does not read. It notices the end at the second heartbeat that the broker
	// sends into the closed connection, or when the broker gives the connection up
	private static final Duration ENDED_AT_THE_PROXY = REPLACED.plus(HEARTBEAT.multipliedBy(2));

	// Enough to fill the buffers of the system
	private static final byte[] BODY = new byte[64 * 1024];

	private static final List<String> THREADS = List.of("AMQP Connection", "rabbit-rpc-writer", "rpc-callback-",
			"rpc-request-", "rpc-reader-", "rpc-close");

	private static final String PASSWORD = "secret";

	@TempDir
	private Path directory;

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final ExecutorService callers = Executors.newFixedThreadPool(2 * CALLERS);

	private final Replies replies;

	private final boolean tls;

	private @Nullable TlsListener listener;

	private TcpProxy first;

	private TcpProxy next;

	private CallingClient client;

	StuckSocketContractTests(Replies replies, boolean tls) {
		this.replies = replies;
		this.tls = tls;
	}

	@BeforeEach
	void connect() throws Exception {
		Path keys = this.directory.resolve("keys.p12");
		if (this.tls) {
			KeyTool.makeKey(keys, PASSWORD, "localhost", "-ext", "san=ip:127.0.0.1");
			this.listener = new TlsListener(keys, "localhost", PASSWORD.toCharArray(), TestBroker.shared());
		}
		this.first = startProxy();
		this.next = startProxy();
		this.client = new CallingClient(this.virtualHost, this.replies, List.of(this.first.port(), this.next.port()),
				(factory) -> {
					factory.setRequestedHeartbeat((int) HEARTBEAT.toSeconds());
					if (this.tls) {
						factory.useSslProtocol(KeyTool.trust(keys, PASSWORD));
					}
				});
	}

	private TcpProxy startProxy() {
		return (this.listener != null) ? TcpProxy.to("localhost", this.listener.port())
				: TcpProxy.to(TestBroker.shared());
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
	void close() throws IOException {
		this.client.close();
		this.callers.shutdownNow();
		this.first.close();
		this.next.close();
		if (this.listener != null) {
			this.listener.close();
		}
		this.virtualHost.close();
	}

	@Test
	void eachCallEndsInTimeAndTheNextAddressIsTaken() throws Exception {
		assertThat(this.client.call("served", Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS)).isEqualTo("reply");
		long threads = threads();
		this.first.stopReading();
		long start = System.nanoTime();
		while (this.next.connections() == 0) {
			assertEachEndsInTime();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(REPLACED);
		}
		assertEachEndsInTime();
		await("a value by the next address").atMost(Duration.ofSeconds(5))
			.until(() -> this.client.call("served", DEADLINE).handle((value, failure) -> value).join() != null);
		assertThat(this.client.inFlight()).isZero();
		// The client has given up the lost connection, and has not connected twice
		await("the end of the lost connection").atMost(ENDED_AT_THE_PROXY).until(() -> this.first.connections() == 0);
		assertThat(this.first.connectionsTaken()).isOne();
		assertThat(this.next.connectionsTaken()).isOne();
		await("the end of its threads").atMost(Duration.ofSeconds(5)).until(() -> threads() <= threads);
	}

	private void assertEachEndsInTime() throws Exception {
		List<CompletableFuture<Duration>> ended = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			ended.add(timed(() -> this.client.call("served", BODY, DEADLINE)));
			ended.add(timed(() -> this.client.callAndWait("served", BODY, DEADLINE)));
		}
		for (CompletableFuture<Duration> call : ended) {
			assertThat(call.get(20, TimeUnit.SECONDS)).isLessThan(ENDED);
		}
		assertThat(this.client.inFlight()).isZero();
	}

	// The threads of calls and connections
	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> THREADS.stream().anyMatch((name) -> thread.getName().startsWith(name)))
			.count();
	}

	// On threads that this test does not wait for: they may be stuck
	private CompletableFuture<Duration> timed(Supplier<CompletableFuture<String>> call) {
		return CompletableFuture.supplyAsync(() -> {
			long start = System.nanoTime();
			return call.get().handle((value, failure) -> Duration.ofNanos(System.nanoTime() - start));
		}, this.callers).thenCompose((elapsed) -> elapsed);
	}

}
