package io.fibrpc.client;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what operators see of a client: meters and health.
 */
@Tag("broker")
@ParameterizedClass
@EnumSource(ReplyMode.class)
class ObservationTests {

	private static final String HEALTH = "/actuator/health/rpcServers";

	private final ReplyMode mode;

	private VirtualHost virtualHost;

	private TcpProxy proxy;

	private Connection connection;

	private RunningClient client;

	ObservationTests(ReplyMode mode) {
		this.mode = mode;
	}

	@BeforeEach
	void start() throws IOException, TimeoutException {
		this.virtualHost = TestBroker.shared().createVirtualHost();
		this.proxy = TcpProxy.to(TestBroker.shared());
		this.connection = this.virtualHost.connect();
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		}
		this.client = RunningClient.start(this.virtualHost.springProperties(this.proxy), this.mode,
				"--rabbit.rpc.client.retry.max-attempts=2", "--rabbit.rpc.client.retry.backoff=1ms");
	}

	@AfterEach
	void close() {
		this.client.close();
		this.connection.abort(5_000);
		this.proxy.close();
		this.virtualHost.close();
	}

	private FibonacciClient calls() {
		return this.client.bean(FibonacciClient.class);
	}

	private double calls(String status) {
		return this.client
			.metric("rabbit_rpc_client_calls_seconds_count{queue=\"rpc_queue\",reply_mode=\"%s\",status=\"%s\"}"
				.formatted(this.mode, status));
	}

	@Test
	void blockingAndAsynchronousCallsAreCountedByTheirStatus() throws IOException {
		StandInServer.start(this.virtualHost, "rpc_queue",
				(server, request) -> server.reply(request, "55",
						Map.of("x-rpc-status", (request.getBody().length == 2) ? "OK" : "INVALID_ARGUMENT",
								"x-rpc-server", "{evil=\"1\"}\n", "x-rpc-work-us", 250_000_000_000L)));
		calls().fibonacci(10);
		calls().fibonacciAsync(10).join();
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> calls().fibonacci(1));
		assertThat(calls().fibonacciAsync(1)).failsWithin(Duration.ofSeconds(5));
		assertThat(calls("OK")).isEqualTo(2);
		assertThat(calls("INVALID_ARGUMENT")).isEqualTo(2);
		assertThat(List.of(calls("DEADLINE_EXCEEDED"), calls("UNAVAILABLE"), calls("RESOURCE_EXHAUSTED"),
				calls("PERMISSION_DENIED"), calls("INTERNAL"), calls("CANCELLED")))
			.containsOnly(0.0);
		// A server cannot have worked for longer than the call took
		double server = this.client
			.metric("rabbit_rpc_client_calls_server_time_seconds_sum{queue=\"rpc_queue\",reply_mode=\"%s\"}"
				.formatted(this.mode));
		assertThat(server).isBetween(0.0, 10.0);
		assertThat(this.client.get("/actuator/prometheus").body()).doesNotContain("evil");
	}

	@Test
	void callsInFlightAndCancelledCallsAndDroppedRepliesAreCounted() throws IOException {
		StandInServer.start(this.virtualHost, "rpc_queue", (server, request) -> {
			server.reply(request, "no-such-call", "1", null);
			if (!request.getProperties().getExpiration().startsWith("1")) {
				server.reply(request, "55", null);
				server.reply(request, "55", null);
			}
		});
		CompletableFuture<RpcReply<BigInteger>> waiting = calls().requestAsync(1, Duration.ofMillis(1_900));
		await().until(() -> this.client.metric("rabbit_rpc_client_calls_in_flight") == 1);
		waiting.cancel(false);
		assertThat(this.client.metric("rabbit_rpc_client_calls_in_flight")).isZero();
		assertThat(calls("CANCELLED")).isOne();
		calls().fibonacci(10);
		await().untilAsserted(() -> {
			assertThat(this.client.metric("rabbit_rpc_client_replies_dropped_total{reason=\"foreign\"}")).isEqualTo(2);
			assertThat(this.client.metric("rabbit_rpc_client_replies_dropped_total{reason=\"duplicate\"}")).isOne();
		});
		assertThat(this.client.metric("rabbit_rpc_client_calls_limit")).isEqualTo(1000);
	}

	@Test
	void attemptsAndRetriesAreCounted() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> calls().fibonacci(10));
		assertThat(calls().fibonacciAsync(10)).failsWithin(Duration.ofSeconds(5));
		assertThat(calls("UNAVAILABLE")).isEqualTo(4);
		assertThat(this.client.metric("rabbit_rpc_client_retries_total{queue=\"rpc_queue\"}")).isEqualTo(2);
	}

	@Test
	void healthTellsWhetherACallWouldFindAServer() throws Exception {
		assertDown("no server is consuming rpc_queue");
		StandInServer server = StandInServer.start(this.virtualHost, "rpc_queue", StandInServer.answering("55"));
		awaitUp();
		calls().fibonacci(10);
		assertThat(this.client.get(HEALTH).body()).contains("\"queues\":{\"rpc_queue\":{",
				"\"replyMode\":\"%s\"".formatted(this.mode), "\"lastCall\":\"OK at 2", "\"consumers\":1", "\"depth\":0",
				"\"broker\":\"RabbitMQ ");
		server.stop();
		assertDown("no server is consuming rpc_queue");
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDelete("rpc_queue");
		}
		assertDown("there is no queue rpc_queue");
	}

	@Test
	void healthShowsOtherQueuesThatWereCalledAndIsUpWithoutThem() throws Exception {
		StandInServer.start(this.virtualHost, "rpc_queue", StandInServer.answering("55"));
		awaitUp();
		assertThat(this.client.get(HEALTH).body()).doesNotContain("elsewhere");
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.client.bean(RpcClient.class).queue("elsewhere").call(1, BigInteger.class));
		awaitUp();
		assertThat(this.client.get(HEALTH).body())
			.contains("\"elsewhere\":{\"reason\":\"there is no queue elsewhere\"}", "\"rpc_queue\":{\"consumers\":1");
	}

	@Test
	void healthAnswersWithinTwoSecondsWhateverTheBrokerDoes() throws IOException {
		StandInServer.start(this.virtualHost, "rpc_queue", StandInServer.answering("55"));
		awaitUp();
		this.proxy.blackHole();
		assertDown("the broker does not answer");
		this.proxy.restore();
		awaitUp();
		this.proxy.refuse();
		this.proxy.reset();
		assertDown("no broker at ");
		this.proxy.restore();
		awaitUp();
		assertThat(this.client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
	}

	@Test
	void tracingIsOffUnlessItIsTurnedOn() {
		assertThatExceptionOfType(NoSuchBeanDefinitionException.class)
			.isThrownBy(() -> this.client.bean("rpcCallSpans", Object.class));
	}

	private void awaitUp() {
		await().atMost(Duration.ofSeconds(10)).until(() -> this.client.get(HEALTH).statusCode() == 200);
		assertThat(this.client.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
	}

	private void assertDown(String reason) {
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			long start = System.nanoTime();
			assertThat(this.client.get(HEALTH).body()).contains("\"status\":\"DOWN\"", reason);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		});
		assertThat(this.client.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
		assertThat(this.client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
	}

}
