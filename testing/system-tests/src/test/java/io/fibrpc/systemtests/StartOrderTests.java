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
 * Tests of programs whose broker comes later.
 */
@Tag("broker")
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
		await().during(Duration.ofSeconds(5))
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

	private List<JarProcess> startClients() {
		return Stream.of(ReplyMode.values())
			.map((mode) -> this.programs.start("fib-client", own.host(), mode.argument()))
			.toList();
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
