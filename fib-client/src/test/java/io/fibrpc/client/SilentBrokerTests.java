package io.fibrpc.client;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.RpcConnector;
import org.jspecify.annotations.Nullable;
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
 * Tests that calls end in time while the broker does not read what the client writes.
 */
@Tag("broker")
class SilentBrokerTests {

	private static final int CALLERS = 256;

	// Many, so that the socket and all buffers before it fill up in a few seconds
	private static final Duration DEADLINE = Duration.ofMillis(200);

	private static final Duration PAUSE = Duration.ofMillis(100);

	// Less than two heartbeats
	private static final Duration FILLED = Duration.ofSeconds(6);

	private static final int WARM_UP_CALLS = 5_000;

	private static final Duration LATE = Duration.ofMillis(250);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy proxy = TcpProxy.to(TestBroker.shared());

	private final Connection connection = this.virtualHost.connect();

	private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();

	private final AtomicLong longestNanos = new AtomicLong();

	private volatile boolean calling = true;

	@BeforeEach
	void serve() throws Exception {
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		}
		StandInServer.start(this.virtualHost, "rpc_queue", StandInServer.answering("5"));
	}

	@AfterEach
	void close() {
		this.calling = false;
		this.connection.abort();
		this.proxy.close();
		this.virtualHost.close();
	}

	@ParameterizedTest
	@EnumSource
	@Tag("timed")
	void callsEndInTimeAndTheNextAddressIsTakenWithinTwoHeartbeats(ReplyMode mode) throws Exception {
		try (RunningClient client = RunningClient.start(brokers(), mode, "--spring.rabbitmq.requested-heartbeat=6s")) {
			FibonacciClient calls = client.bean(FibonacciClient.class);
			assertThat(calls.fibonacci(5, Duration.ofSeconds(5))).isEqualTo(5);
			List<Thread> callers = startCallers(calls);
			await().until(() -> count("value") > WARM_UP_CALLS);
			this.longestNanos.set(0);
			this.proxy.stopReading();
			RpcConnector connector = client.bean(RpcConnector.class);
			long start = System.nanoTime();
			while (connector.problem() == null && System.nanoTime() - start < FILLED.toNanos()) {
				fill(calls);
			}
			await().pollInterval(Duration.ofMillis(100))
				.atMost(Duration.ofSeconds(25))
				.until(() -> connector.broker().endsWith(":" + TestBroker.shared().port()));
			assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
			int before = count("value");
			await().atMost(Duration.ofSeconds(10)).until(() -> count("value") > before);
			this.calling = false;
			for (Thread caller : callers) {
				caller.join(Duration.ofSeconds(5).toMillis());
				assertThat(caller.isAlive()).isFalse();
			}
			await().untilAsserted(() -> assertThat(client.bean(RpcCalls.class).inFlight()).isZero());
			assertThat(this.outcomes.keySet()).contains("UNAVAILABLE").doesNotContain("INTERNAL");
			assertThat(Duration.ofNanos(this.longestNanos.get())).isLessThan(DEADLINE.plus(LATE));
		}
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
		// What the proxy was reading just then is still answered
		await().until(() -> client.bean(RpcCalls.class).inFlight()
				+ waiting.stream().filter(CompletableFuture::isDone).count() == waiting.size());
		long start = System.nanoTime();
		client.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		assertThat(waiting).allSatisfy((response) -> assertThat(response).isDone());
	}

	private Map<String, String> brokers() {
		Map<String, String> first = this.virtualHost.springProperties(this.proxy);
		Map<String, String> next = this.virtualHost.springProperties();
		return Map.of("spring.rabbitmq.virtual-host", this.virtualHost.name(), "spring.rabbitmq.addresses",
				first.get("spring.rabbitmq.addresses") + "," + next.get("spring.rabbitmq.addresses"));
	}

	private List<Thread> startCallers(FibonacciClient client) {
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			callers.add(new Thread(() -> {
				while (pause()) {
					timed(() -> client.fibonacci(5, DEADLINE));
				}
			}));
		}
		// One thread for all of these, as they hold none
		callers.add(new Thread(() -> {
			while (pause()) {
				List<CompletableFuture<?>> round = new ArrayList<>();
				for (int i = 0; i < CALLERS; i++) {
					round.add(timedLater(client));
				}
				CompletableFuture.allOf(round.toArray(CompletableFuture[]::new)).join();
			}
		}));
		callers.forEach(Thread::start);
		return callers;
	}

	// Kernels take some MB before they take no more
	private void fill(FibonacciClient client) {
		List<CompletableFuture<?>> round = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			round.add(client.fibonacciAsync(5, PAUSE).exceptionally((failure) -> BigInteger.ZERO));
		}
		CompletableFuture.allOf(round.toArray(CompletableFuture[]::new)).join();
	}

	private boolean pause() {
		LockSupport.parkNanos(PAUSE.toNanos());
		return this.calling;
	}

	private CompletableFuture<?> timedLater(FibonacciClient client) {
		long start = System.nanoTime();
		return client.fibonacciAsync(5, DEADLINE).handle((value, failure) -> {
			ended(start, failure);
			return "";
		});
	}

	private void timed(Runnable call) {
		long start = System.nanoTime();
		try {
			call.run();
			ended(start, null);
		}
		catch (RpcException ex) {
			ended(start, ex);
		}
	}

	private void ended(long startNanos, @Nullable Throwable failure) {
		long nanos = System.nanoTime() - startNanos;
		this.longestNanos.accumulateAndGet(nanos, Math::max);
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		String outcome = (cause instanceof RpcException ex) ? ex.status().name() : Objects.toString(cause, "value");
		this.outcomes.computeIfAbsent(outcome, (name) -> new AtomicInteger()).incrementAndGet();
	}

	private int count(String outcome) {
		AtomicInteger count = this.outcomes.get(outcome);
		return (count != null) ? count.get() : 0;
	}

}
