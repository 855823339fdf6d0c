package io.fibrpc.systemtests;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the client with numbers as arguments, and of its exit codes.
 */
@Tag("broker")
class CommandLineTests {

	@RegisterExtension
	static final EmbeddedPrograms PROGRAMS = new EmbeddedPrograms();

	@BeforeAll
	static void startServer() {
		PROGRAMS.server("--rabbit.rpc.server.instance=alpha");
	}

	@Test
	void numbersGiveOneLineEachAndNothingElse() {
		// As processes: a JVM prints, too
		List<JarProcess> clients = Stream.of(ReplyMode.values())
			.map((mode) -> PROGRAMS.process("fib-client", mode.argument(), "10", "30", "300", "--fib.client.demo=true"))
			.toList();
		for (JarProcess client : clients) {
			ProgramResult result = client.result(Duration.ofSeconds(60));
			assertThat(result.output()).containsExactly("fib(10) = 55", "fib(30) = 832040",
					"fib(300) = " + Fibonacci.of(300));
			assertThat(result.errors()).isEmpty();
			assertThat(result.exitCode()).isZero();
		}
	}

	@Test
	void badNumberGivesAnErrorLineAndExitCode2WhileGoodOnesAreAnswered() {
		for (ProgramResult result : PROGRAMS.callInEachMode("10", "abc", "-1", "100001", "30")) {
			assertThat(result.output()).containsExactly("fib(10) = 55", "fib(30) = 832040");
			assertThat(result.errors()).hasSize(3).allMatch((line) -> line.startsWith("error: "));
			assertThat(result.errors().get(0)).contains("abc");
			assertThat(result.errors().get(1)).contains("-1");
			assertThat(result.errors().get(2)).contains("100001", "100000");
			assertThat(result.exitCode()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "-1", "100001", "", "1.5", "99999999999999999999999" })
	void badNumberAloneGivesOneErrorLineAndExitCode2(String number) {
		ProgramResult result = PROGRAMS.call(ReplyMode.DIRECT, number);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).singleElement().asString().startsWith("error: ");
		assertThat(result.exitCode()).isEqualTo(2);
	}

	@Test
	void verboseNamesTheServerAndTheTime() {
		for (ProgramResult result : PROGRAMS.callInEachMode("--verbose", "10")) {
			assertThat(result.output()).singleElement()
				.asString()
				.matches("fib\\(10\\) = 55 \\(server alpha, \\d+\\.\\d ms\\)");
		}
	}

	@Test
	void helpExplainsArgumentsSettingsAndExitCodes() {
		ProgramResult result = PROGRAMS.start("fib-client", Map.of(), List.of("--help")).result(Duration.ofSeconds(30));
		assertThat(result.exitCode()).isZero();
		assertThat(result.errors()).isEmpty();
		assertThat(String.join("\n", result.output()))
			.contains("--verbose", "--version", "rabbit.rpc.client.reply-mode", "callback-queue",
					"rabbit.rpc.client.deadline", "fib.client.request-queue", "spring.rabbitmq")
			.containsPattern("\\b0\\b")
			.containsPattern("2 .*INVALID_ARGUMENT")
			.containsPattern("4 .*DEADLINE_EXCEEDED")
			.containsPattern("5 .*UNAVAILABLE")
			.containsPattern("6 .*RESOURCE_EXHAUSTED")
			.containsPattern("7 .*PERMISSION_DENIED")
			.containsPattern("70 .*INTERNAL");
	}

	@Test
	void benchPointsToTheLoadTester() {
		ProgramResult result = PROGRAMS.start("fib-client", Map.of(), List.of("bench", "--concurrency=32"))
			.result(Duration.ofSeconds(30));
		assertThat(result.output()).isEmpty();
		assertThat(result.errors())
			.containsExactly("error: bench is a program of its own, rabbit-rpc-bench.jar; --help explains");
		assertThat(result.exitCode()).isEqualTo(2);
	}

	@Test
	void versionIsOneLine() {
		// As a process: the class loader of the tests does not know the jar's manifest
		ProgramResult result = PROGRAMS.process("fib-client", Map.of(), List.of("--version"))
			.result(Duration.ofSeconds(30));
		assertThat(result.exitCode()).isZero();
		assertThat(result.output()).singleElement().asString().matches("fib-client \\d+\\.\\d+\\.\\d+.*");
	}

	@Test
	void missingQueueGivesExitCode5() {
		for (ProgramResult result : PROGRAMS.callInEachMode("--fib.client.request-queue=no_such_queue", "30")) {
			assertThat(result.output()).isEmpty();
			assertThat(result.errors()).singleElement().asString().startsWith("error: ").contains("no_such_queue");
			assertThat(result.exitCode()).isEqualTo(5);
		}
	}

	@Test
	void queueWithoutServerGivesExitCode5() throws Exception {
		try (Channel channel = PROGRAMS.host().connect().createChannel()) {
			channel.queueDeclare("unserved", true, false, false, null);
			for (ProgramResult result : PROGRAMS.callInEachMode("--fib.client.request-queue=unserved", "30")) {
				assertThat(result.errors()).singleElement().asString().contains("no server is consuming unserved");
				assertThat(result.exitCode()).isEqualTo(5);
			}
		}
	}

	@Test
	void silentServerGivesExitCode4() throws Exception {
		try (Channel channel = PROGRAMS.host().connect().createChannel()) {
			channel.queueDeclare("silent", true, false, false, null);
			channel.basicConsume("silent", true, (tag, request) -> {
			}, (tag) -> {
			});
			for (ProgramResult result : PROGRAMS.callInEachMode("--fib.client.request-queue=silent",
					"--rabbit.rpc.client.deadline=700ms", "30")) {
				assertThat(result.output()).isEmpty();
				assertThat(result.errors()).singleElement().asString().contains("DEADLINE_EXCEEDED");
				assertThat(result.exitCode()).isEqualTo(4);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void fullQueueGivesExitCode6(ReplyMode mode) throws Exception {
		try (Channel channel = PROGRAMS.host().connect().createChannel()) {
			String queue = channel
				.queueDeclare("full_" + mode.name(), true, false, false,
						Map.of("x-max-length", 1, "x-overflow", "reject-publish"))
				.getQueue();
			channel.basicQos(1);
			channel.basicConsume(queue, false, (tag, request) -> {
			}, (tag) -> {
			});
			channel.confirmSelect();
			// The consumer holds the first request, so the second one fills the queue
			channel.basicPublish("", queue, null, new byte[0]);
			channel.waitForConfirmsOrDie(5000);
			await().until(() -> PROGRAMS.host().queue(queue).ready() == 0);
			channel.basicPublish("", queue, null, new byte[0]);
			channel.waitForConfirmsOrDie(5000);
			ProgramResult result = PROGRAMS.call(mode, "--fib.client.request-queue=" + queue, "30");
			assertThat(result.errors()).singleElement().asString().contains("RESOURCE_EXHAUSTED");
			assertThat(result.exitCode()).isEqualTo(6);
		}
	}

	@ParameterizedTest
	@EnumSource
	void wrongPasswordGivesExitCode7AndIsNotShown(ReplyMode mode) {
		ProgramResult result = call(mode, "guest:wr0ng-secret", PROGRAMS.host().name());
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).singleElement()
			.asString()
			.contains("login refused for user guest")
			.doesNotContain("wr0ng-secret");
		assertThat(result.exitCode()).isEqualTo(7);
	}

	@ParameterizedTest
	@EnumSource
	void missingVirtualHostGivesExitCode7(ReplyMode mode) {
		String missing = "missing-" + UUID.randomUUID();
		ProgramResult result = call(mode, "guest:guest", missing);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).singleElement().asString().contains("refused virtual host " + missing);
		assertThat(result.exitCode()).isEqualTo(7);
	}

	@ParameterizedTest
	@EnumSource
	void missingBrokerGivesExitCode5(ReplyMode mode) throws Exception {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		ProgramResult result = PROGRAMS
			.start("fib-client", Map.of(),
					List.of(mode.argument(), "--spring.rabbitmq.addresses=127.0.0.1:" + port, "30"))
			.result(Duration.ofSeconds(60));
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).singleElement().asString().startsWith("error: ").contains("UNAVAILABLE");
		assertThat(result.exitCode()).isEqualTo(5);
	}

	private static ProgramResult call(ReplyMode mode, String login, String virtualHost) {
		Map<String, String> broker = new HashMap<>(PROGRAMS.host().springProperties());
		broker.put("spring.rabbitmq.addresses",
				"amqp://%s@%s:%d".formatted(login, PROGRAMS.host().broker().host(), PROGRAMS.host().broker().port()));
		broker.put("spring.rabbitmq.virtual-host", virtualHost);
		List<String> arguments = new ArrayList<>(List.of(mode.argument(), "30"));
		broker.forEach((name, value) -> arguments.add("--%s=%s".formatted(name, value)));
		return PROGRAMS.start("fib-client", Map.of(), arguments).result(Duration.ofSeconds(60));
	}

}
