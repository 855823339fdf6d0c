package io.fibrpc.systemtests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of our client that calls tutorial servers of many languages, alone and beside our
 * server.
 */
@Tag("broker")
class TutorialServerTests {

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@ParameterizedTest
	@EnumSource
	void everyKindOfServerIsUnderstood(TutorialServer.Kind kind) throws IOException {
		TutorialServer server = TutorialServer.start(this.programs.host().connect(), kind, "rpc_queue",
				TutorialServer::fib);
		for (ProgramResult result : this.programs.callInEachMode("30", "0", "1", "93")) {
			assertThat(result.output()).containsExactly("fib(30) = 832040", "fib(0) = 0", "fib(1) = 1",
					"fib(93) = 12200160415121876738");
			assertThat(result.errors()).isEmpty();
			assertThat(result.exitCode()).isZero();
		}
		assertThat(server.answers()).isEqualTo(8);
	}

	@Test
	void serverThatAddsOneHundredIsCalledOnItsOwnQueue() throws IOException {
		TutorialServer.start(this.programs.host().connect(), TutorialServer.Kind.PYTHON, "s14rpc",
				TutorialServer::plus100);
		for (ProgramResult result : this.programs.callInEachMode("--verbose", "--fib.client.request-queue=s14rpc",
				"99")) {
			assertThat(result.output()).singleElement()
				.asString()
				.startsWith("fib(99) = 199 (a server without a name, ");
			assertThat(result.exitCode()).isZero();
		}
	}

	@Test
	void replyThatIsNoNumberGivesExitCode70() throws IOException {
		TutorialServer.start(this.programs.host().connect(), TutorialServer.Kind.PYTHON, "rpc_queue",
				(body) -> switch (body) {
					case "1" -> "";
					case "2" -> "1.5005e+21";
					case "3" -> "None";
					case "4" -> "-1323752223";
					default -> TutorialServer.fib(body);
				});
		for (ProgramResult result : this.programs.callInEachMode("1", "2", "3", "4", "30")) {
			assertThat(result.output()).containsExactly("fib(30) = 832040");
			assertThat(result.errors()).hasSize(4).allMatch((line) -> line.startsWith("error: INTERNAL"));
			assertThat(result.errors().get(1)).contains("1.5005e+21");
			assertThat(result.exitCode()).isEqualTo(70);
		}
	}

	@ParameterizedTest
	@EnumSource
	void tutorialServerSharesTheQueueWithOurs(ReplyMode mode) throws IOException {
		this.programs.server("--rabbit.rpc.server.instance=alpha");
		TutorialServer tutorial = TutorialServer.start(this.programs.host().connect(), TutorialServer.Kind.PYTHON,
				"rpc_queue", TutorialServer::fib);
		List<String> arguments = new ArrayList<>(Collections.nCopies(20, "30"));
		arguments.add("--verbose");
		ProgramResult result = this.programs.call(mode, arguments.toArray(String[]::new));
		assertThat(result.exitCode()).isZero();
		assertThat(result.output()).hasSize(20).allMatch((line) -> line.startsWith("fib(30) = 832040 ("));
		assertThat(tutorial.answers()).isBetween(1, 19);
		assertThat(result.output()).filteredOn((line) -> line.contains("a server without a name"))
			.hasSize(tutorial.answers());
		assertThat(result.output()).filteredOn((line) -> line.contains("(server alpha, "))
			.hasSize(20 - tutorial.answers());
	}

}
