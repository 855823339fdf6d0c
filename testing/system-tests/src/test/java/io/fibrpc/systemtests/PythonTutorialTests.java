package io.fibrpc.systemtests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of tutorial programs in Python, each way. They need only Python 3. They are the
 * only tests that are skipped if a program is missing.
 */
@Tag("broker")
class PythonTutorialTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@BeforeAll
	static void findPython() {
		Assumptions.assumeTrue(isPythonInstalled(), "python3 is not on the PATH");
	}

	private static boolean isPythonInstalled() {
		try {
			return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "client", "client-direct" })
	void clientIsAnsweredByOurServer(String role) {
		this.programs.server();
		for (int n : List.of(0, 30, 300)) {
			ProgramResult result = python(role, Integer.toString(n)).result(TIMEOUT);
			assertThat(result.output()).containsExactly(" [x] Requesting fib(" + n + ")",
					" [.] Got " + Fibonacci.of(n));
			assertThat(result.exitCode()).isZero();
		}
	}

	@Test
	void clientFailsAtOnceOnABadRequestWithTheReasonInItsMessage() {
		this.programs.server();
		for (String n : List.of("-1", "abc", "")) {
			ProgramResult result = python("client", n).result(TIMEOUT);
			assertThat(result.exitCode()).isOne();
			assertThat(result.errors()).last().asString().startsWith("ValueError: ").contains("error: n ");
		}
	}

	@Test
	void serverAnswersOurClient() {
		python("server", "rpc_queue", "fib").awaitLine("Awaiting RPC requests", TIMEOUT);
		for (ProgramResult result : this.programs.callInEachMode("0", "30", "93", "300")) {
			assertThat(result.output()).containsExactly("fib(0) = 0", "fib(30) = 832040",
					"fib(93) = " + Fibonacci.of(93), "fib(300) = " + Fibonacci.of(300));
			assertThat(result.exitCode()).isZero();
		}
	}

	@Test
	void serverThatAddsOneHundredAnswersOurClient() {
		python("server", "s14rpc", "plus100").awaitLine("Awaiting RPC requests", TIMEOUT);
		for (ProgramResult result : this.programs.callInEachMode("--fib.client.request-queue=s14rpc", "99")) {
			assertThat(result.output()).containsExactly("fib(99) = 199");
		}
	}

	private ProgramProcess python(String... arguments) {
		TestBroker broker = this.programs.host().broker();
		List<String> command = new ArrayList<>(
				List.of("python3", "-u", Path.of("src", "test", "python", "tutorial_peer.py").toString(), broker.host(),
						Integer.toString(broker.port()), this.programs.host().name()));
		command.addAll(List.of(arguments));
		return this.programs.add(new ProgramProcess("python", command, Map.of()));
	}

}
