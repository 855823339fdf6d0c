package io.fibrpc.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.testbroker.OwnBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of programs whose broker comes later, or goes and comes back.
 */
@Tag("broker")
@Tag("waiting")
class StartOrderTests {

	private static final Duration RECOVERY = Duration.ofSeconds(10);

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final Programs programs = new Programs();

	@Test
	void programsStartedBeforeTheBrokerSaySoOnceAndRecover() {
		own.broker().stop();
		JarProcess server = this.programs.start("fib-server", own.host());
		List<JarProcess> clients = startClients();
		List<JarProcess> all = Stream.concat(Stream.of(server), clients.stream()).toList();
		for (JarProcess client : clients) {
			client.awaitLine("^ \\[x] Requesting fib\\(30\\)$", Duration.ofSeconds(60));
		}
		for (JarProcess program : all) {
			program.awaitLine(" (WARN|ERROR) ", Duration.ofSeconds(60));
			assertThat(program.get("/actuator/health")).contains("\"status\":\"DOWN\"");
			program.awaitUp("/actuator/health/liveness", Duration.ofSeconds(10));
		}
		// Long enough for several attempts of each
		await().during(Duration.ofSeconds(8))
			.atMost(Duration.ofSeconds(20))
			.until(() -> all.stream().allMatch(JarProcess::isAlive));
		all.forEach(StartOrderTests::assertSaidOnce);

		own.broker().startAgain();
		long back = System.nanoTime();
		for (JarProcess client : clients) {
			client.awaitLine("^ \\[\\.] Got 832040$", RECOVERY.minusNanos(System.nanoTime() - back));
		}
		for (JarProcess program : all) {
			program.awaitUp("/actuator/health", RECOVERY);
			assertSaidOnce(program);
		}
		for (JarProcess client : clients) {
			assertThat(client.output()).containsExactly(" [x] Requesting fib(30)", " [.] Got 832040");
		}
	}

	@Test
	void programsRecoverFromARestartOfTheBroker() {
		JarProcess server = this.programs.start("fib-server", own.host());
		List<JarProcess> clients = startClients();
		clients.forEach((client) -> client.awaitLine("^ \\[\\.] Got 832040$", Duration.ofSeconds(60)));
		own.broker().restart();
		server.awaitUp("/actuator/health", RECOVERY);
		clients.forEach((client) -> client.awaitUp("/actuator/health", RECOVERY));
		await().atMost(RECOVERY)
			.untilAsserted(() -> assertThat(own.host().queue("rpc_queue").consumers()).isPositive());
		for (JarProcess call : Stream.of(ReplyMode.values()).map((mode) -> start(mode, "30")).toList()) {
			assertThat(call.result(Duration.ofSeconds(60)).output()).containsExactly("fib(30) = 832040");
		}
		assertNoStackTrace(server);
		clients.forEach(StartOrderTests::assertNoStackTrace);
	}

	private List<JarProcess> startClients() {
		return Stream.of(ReplyMode.values()).map(this::start).toList();
	}

	private JarProcess start(ReplyMode mode, String... numbers) {
		return this.programs.start("fib-client", own.host(),
				Stream.concat(Stream.of(mode.argument()), Stream.of(numbers)).toArray(String[]::new));
	}

	// Each thing once: no line comes twice, and there are few
	private static void assertSaidOnce(JarProcess program) {
		List<String> messages = program.lines()
			.filter((line) -> line.matches(".* (WARN|ERROR) .*"))
			.map((line) -> line.substring(line.indexOf(" : ") + 1))
			.toList();
		assertThat(messages).hasSizeBetween(1, 2).doesNotHaveDuplicates();
		assertNoStackTrace(program);
	}

	private static void assertNoStackTrace(JarProcess program) {
		assertThat(program.lines().filter((line) -> line.matches("\\s*at .*\\(.*\\).*|.*\\bCaused by: .*")).limit(3))
			.isEmpty();
	}

}
