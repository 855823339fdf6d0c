package io.fibrpc.systemtests;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of programs whose broker comes later, or goes and comes back.
 */
@Tag("broker")
class StartOrderTests {

	private static final Duration RECOVERY = Duration.ofSeconds(10);

	private static TestBroker broker;

	@RegisterExtension
	final Programs programs = new Programs();

	private VirtualHost host;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void closeBroker() {
		broker.close();
	}

	@BeforeEach
	void createVirtualHost() {
		this.host = broker.createVirtualHost();
	}

	@AfterEach
	void deleteVirtualHost() {
		if (!broker.isRunning()) {
			broker.startAgain();
		}
		this.host.close();
	}

	@ParameterizedTest
	@EnumSource
	void programsStartedBeforeTheBrokerSaySoOnceAndRecover(ReplyMode mode) {
		broker.stop();
		JarProcess server = this.programs.start("fib-server", this.host);
		JarProcess client = this.programs.start("fib-client", this.host, mode.argument());
		client.awaitLine("^ \\[x] Requesting fib\\(30\\)$", Duration.ofSeconds(60));
		for (JarProcess program : List.of(server, client)) {
			program.awaitLine(" (WARN|ERROR) ", Duration.ofSeconds(60));
			assertThat(program.get("/actuator/health")).contains("\"status\":\"DOWN\"");
			program.awaitUp("/actuator/health/liveness", Duration.ofSeconds(10));
		}
		// Long enough for several attempts of each
		await().during(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			assertThat(server.isAlive()).isTrue();
			assertThat(client.isAlive()).isTrue();
		});
		assertSaidOnce(server);
		assertSaidOnce(client);

		broker.startAgain();
		client.awaitLine("^ \\[\\.] Got 832040$", RECOVERY);
		server.awaitUp("/actuator/health", RECOVERY);
		client.awaitUp("/actuator/health", RECOVERY);
		assertSaidOnce(server);
		assertSaidOnce(client);
		assertThat(client.output()).containsExactly(" [x] Requesting fib(30)", " [.] Got 832040");
	}

	@ParameterizedTest
	@EnumSource
	void programsRecoverFromARestartOfTheBroker(ReplyMode mode) {
		JarProcess server = this.programs.start("fib-server", this.host);
		JarProcess client = this.programs.start("fib-client", this.host, mode.argument());
		client.awaitLine("^ \\[\\.] Got 832040$", Duration.ofSeconds(60));
		broker.restart();
		server.awaitUp("/actuator/health", RECOVERY);
		client.awaitUp("/actuator/health", RECOVERY);
		await().atMost(RECOVERY).untilAsserted(() -> assertThat(this.host.queue("rpc_queue").consumers()).isPositive());
		ProgramResult result = this.programs.start("fib-client", this.host, mode.argument(), "30")
			.result(Duration.ofSeconds(60));
		assertThat(result.output()).containsExactly("fib(30) = 832040");
		assertNoStackTrace(server);
		assertNoStackTrace(client);
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
