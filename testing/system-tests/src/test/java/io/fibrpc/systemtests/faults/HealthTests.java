package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.OwnBroker;
import io.fibrpc.testbroker.TcpProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that health knows the truth within 10 s, and answers within 2 s.
 */
@Tag("broker")
@Order(5)
class HealthTests {

	private static final Duration NOTICED = Duration.ofSeconds(10);

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private TcpProxy proxy;

	private Program server;

	private List<Program> clients;

	@BeforeEach
	void start() {
		this.proxy = this.programs.closeAfterThem(TcpProxy.to(own.broker()));
		Map<String, String> broker = own.host().springProperties(this.proxy);
		this.server = start("fib-server", broker);
		this.clients = Stream.of(ReplyMode.values())
			.map((mode) -> start("fib-client", broker, mode.argument()))
			.toList();
		awaitAllUp();
	}

	private Program start(String module, Map<String, String> broker, String... more) {
		return this.programs.start(module, Map.of(),
				LoadedPair.arguments(broker,
						Stream
							.concat(Stream.of("--server.port=0", "--management.endpoint.health.show-details=always"),
									Stream.of(more))
							.toArray(String[]::new)));
	}

	@Test
	void stoppedBroker() {
		own.broker().stop();
		assertDown(this.server, "rpcListeners", "reason");
		this.clients.forEach((client) -> assertDown(client, "rpcServers", "reason"));
		own.broker().startAgain();
		awaitAllUp();
	}

	@Test
	void blackHole() {
		this.proxy.blackHole();
		assertDown(this.server, "rpcListeners", "the broker does not answer");
		this.clients.forEach((client) -> assertDown(client, "rpcServers", "the broker does not answer"));
		this.proxy.restore();
		awaitAllUp();
	}

	@Test
	void blockedBroker() throws Exception {
		this.server.close();
		this.server = start("fib-server", own.host().springProperties(this.proxy), "--fib.server.delay=4s");
		awaitAllUp();
		// RabbitMQ tells a connection that it is blocked only when somebody publishes on
		// it. So the server must publish
		CompletableFuture<Integer> answered = CompletableFuture
			.supplyAsync(() -> this.clients.get(0).status("/fibonacci/5"));
		await().until(() -> this.server.get("/actuator/prometheus")
			.contains("rabbit_rpc_server_requests_active{queue=\"rpc_queue\"} 1.0"));
		own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
		try {
			await().atMost(NOTICED)
				.until(() -> this.clients.stream().allMatch((client) -> client.status("/fibonacci/5") == 503));
			this.clients.forEach((client) -> assertDown(client, "rpcServers", "the broker takes no requests"));
			assertDown(this.server, "rpcListeners", "the broker blocks replies");
		}
		finally {
			own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
		}
		awaitAllUp();
		assertThat(answered.get(10, TimeUnit.SECONDS)).isIn(200, 503, 504);
	}

	@Test
	void killedServer() {
		this.server.close();
		this.clients.forEach((client) -> assertDown(client, "rpcServers", "no server is consuming rpc_queue"));
		for (Program client : this.clients) {
			assertThat(client.status("/fibonacci/5")).isEqualTo(503);
			assertThat(client.get("/actuator/prometheus")).containsPattern(
					"rabbit_rpc_client_calls_seconds_count\\{queue=\"rpc_queue\",reply_mode=\"[a-z-]+\",status=\"UNAVAILABLE\"} [1-9]");
		}
		this.server = start("fib-server", own.host().springProperties(this.proxy));
		awaitAllUp();
	}

	@Test
	void deletedQueueIsDeclaredAgain() {
		own.broker().rabbitmqctl("delete_queue", "-p", own.host().name(), "rpc_queue");
		this.clients.forEach((client) -> await().atMost(NOTICED)
			.untilAsserted(() -> assertThat(client.status("/fibonacci/5"))
				.as(() -> this.server.get("/actuator/health/rpcListeners"))
				.isEqualTo(200)));
		awaitAllUp();
	}

	private void awaitAllUp() {
		Stream.concat(Stream.of(this.server), this.clients.stream())
			.forEach((program) -> program.awaitUp("/actuator/health", Duration.ofSeconds(60))
				.awaitUp("/actuator/health/readiness", NOTICED));
	}

	private void assertDown(Program program, String contributor, String reason) {
		await().atMost(NOTICED).untilAsserted(() -> {
			long begun = System.nanoTime();
			String health = program.get("/actuator/health/" + contributor);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
			assertThat(health).contains("\"status\":\"DOWN\"", reason);
		});
		assertThat(program.status("/actuator/health/readiness")).isEqualTo(503);
		assertThat(program.status("/actuator/health/liveness")).isEqualTo(200);
	}

}
