package io.fibrpc.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a server and a client that stay up.
 */
@Tag("broker")
class PairTests {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@Test
	void clientWithoutNumbersPrintsTheDemoAndBothProgramsAreHealthyUntilTheyAreStopped() {
		JarProcess server = this.programs.process("fib-server").awaitReady();
		List<JarProcess> clients = startClients();
		for (JarProcess client : clients) {
			client.awaitLine("^ \\[\\.] Got 832040$", Duration.ofSeconds(30));
			assertThat(client.output()).containsExactly(" [x] Requesting fib(30)", " [.] Got 832040");
			assertHealthy(client);
		}
		assertHealthy(server);

		for (JarProcess client : clients) {
			client.terminate();
			assertThat(client.exitCode(STOP_TIMEOUT)).isEqualTo(JarProcess.TERMINATED);
		}
		awaitNoQueueButTheServers();
		server.terminate();
		assertThat(server.exitCode(STOP_TIMEOUT)).isEqualTo(JarProcess.TERMINATED);
	}

	private List<JarProcess> startClients() {
		return Stream.of(ReplyMode.values())
			.map((mode) -> this.programs.process("fib-client", mode.argument()))
			.toList();
	}

	private void assertHealthy(JarProcess program) {
		program.awaitReady();
		assertThat(program.get("/actuator/health")).contains("\"status\":\"UP\"", "liveness", "readiness");
		assertThat(program.get("/actuator/health/liveness")).contains("\"status\":\"UP\"");
		assertThat(program.get("/actuator/health/readiness")).contains("\"status\":\"UP\"");
		assertThat(program.lines().filter((line) -> line.matches(".* (WARN|ERROR) .*|.*Exception.*|\\tat .*")).limit(3))
			.isEmpty();
	}

	@Test
	void killedClientLeavesNoReplyQueue() {
		this.programs.start("fib-server", this.programs.host());
		List<JarProcess> clients = startClients();
		clients.forEach((client) -> client.awaitLine("^ \\[\\.] Got 832040$", Duration.ofSeconds(30)));
		// The server's two queues, and the callback queue
		assertThat(this.programs.host().listQueues()).hasSize(3);
		clients.forEach(JarProcess::kill);
		awaitNoQueueButTheServers();
	}

	@Test
	void serverWorksOnAsManyRequestsAtATimeAsItHasConsumers() {
		this.programs.server("--fib.server.delay=2s", "--spring.rabbitmq.listener.direct.consumers-per-queue=20");
		Program client = this.programs.client(ReplyMode.DIRECT, "--fib.client.demo=false").awaitReady();
		List<CompletableFuture<Integer>> answers = IntStream.range(0, 20)
			.mapToObj((n) -> CompletableFuture.supplyAsync(
					() -> client.status("/fibonacci/%d?deadline=4s".formatted(n)), (task) -> new Thread(task).start()))
			.toList();
		assertThat(answers).extracting(CompletableFuture::join).containsOnly(200);
	}

	@Test
	void settingsComeFromTheEnvironment() {
		this.programs.start("fib-server", this.programs.host());
		Map<String, String> broker = this.programs.host().springProperties();
		JarProcess client = this.programs.process("fib-client",
				Map.of("SPRING_RABBITMQ_ADDRESSES", broker.getOrDefault("spring.rabbitmq.addresses", ""),
						"SPRING_RABBITMQ_VIRTUAL_HOST", broker.getOrDefault("spring.rabbitmq.virtual-host", ""),
						"RABBIT_RPC_ALLOW_GUEST", broker.getOrDefault("rabbit.rpc.allow-guest", ""),
						"RABBIT_RPC_CLIENT_REPLY_MODE", "callback-queue", "SERVER_PORT", "0"),
				List.of());
		client.awaitLine("^ \\[\\.] Got 832040$", Duration.ofSeconds(30));
		client.awaitReady();
		assertThat(this.programs.host().listQueues()).hasSize(3);
	}

	private void awaitNoQueueButTheServers() {
		await().untilAsserted(() -> assertThat(this.programs.host().listQueues()).containsExactlyInAnyOrder("rpc_queue",
				"rpc_dead_letters"));
	}

}
