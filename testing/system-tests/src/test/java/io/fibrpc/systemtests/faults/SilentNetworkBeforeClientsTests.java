package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of networks that no longer take a client's bytes while the client is busy.
 */
@Tag("broker")
@Isolated("Its bounds of time are for programs that have the machine")
@DisplayNameGeneration(FaultNames.class)
class SilentNetworkBeforeClientsTests {

	private static final Duration DEADLINE = Duration.ofSeconds(1);

	// Of a call, and by HTTP on a machine that is busy with the callers
	private static final Duration ANSWERED = DEADLINE.plusSeconds(1);

	// Of each kind in each of two clients
	private static final int CALLERS = 128;

	private static final int HTTP_RATE = 30;

	private static final int WARM_UP_CALLS = 4 * CALLERS;

	// Each answer may take two seconds
	private static final int HTTP_WORKERS = 2 * HTTP_RATE + 10;

	// Far fewer than callers, more than those of callbacks, which stay for a second
	private static final int THREADS = 64;

	// docs/operations.md promises this time
	private static final Duration STOPPED = Duration.ofSeconds(10);

	@RegisterExtension
	final Programs programs = new Programs();

	@Test
	@Fault(FaultCase.SILENCE_BEFORE_CLIENTS)
	void busyClients() {
		try (SilentNetwork first = SilentNetwork.thatReadsNothing();
				SilentNetwork next = SilentNetwork.thatLosesEverything()) {
			this.programs.server();
			List<Client> clients = Stream.of(ReplyMode.values()).map((mode) -> startClient(mode, first, next)).toList();
			List<CallLoop> calls = clients.stream().map(Client::calls).toList();
			clients.forEach(Client::awaitWarm);
			List<Integer> threads = clients.stream().map(Client::threads).toList();
			clients.forEach(Client::forget);
			assertTheOtherIsTaken(calls, first, next);
			assertTheOtherIsTaken(calls, next, first);
			for (int i = 0; i < clients.size(); i++) {
				clients.get(i).assertAllEnded();
				assertThat(clients.get(i).threads()).isLessThan(threads.get(i) + THREADS);
			}
			first.silence().run();
			CallLoop.await(calls, "DEADLINE_EXCEEDED", LoadedPair.RECOVERY);
			clients.forEach(Client::assertStops);
		}
	}

	private static void assertTheOtherIsTaken(List<CallLoop> calls, SilentNetwork silent, SilentNetwork other) {
		silent.silence().run();
		CallLoop.await(calls, "DEADLINE_EXCEEDED", LoadedPair.RECOVERY);
		CallLoop.await(calls, "OK", LoadedPair.NOTICED);
		assertThat(other.connections().getAsInt()).isEqualTo(calls.size());
		silent.restoration().run();
		await().atMost(LoadedPair.RECOVERY).until(() -> silent.connections().getAsInt() == 0);
	}

	private Client startClient(ReplyMode mode, SilentNetwork first, SilentNetwork next) {
		List<String> arguments = CallLoop.arguments(first.settings(this.programs.host(), next), mode, DEADLINE,
				"--callers=" + CALLERS, "--async-callers=" + CALLERS, "--pause=1000",
				"--rabbit.rpc.client.max-in-flight=" + (2 * CALLERS + 4 * HTTP_RATE),
				"--spring.main.web-application-type=servlet", "--server.port=0",
				"--server.tomcat.threads.min-spare=" + HTTP_WORKERS,
				"--logging.level.org.springframework.boot.tomcat=info");
		JarProcess process = this.programs.startInside("fib-client", Callers.class, arguments);
		process.awaitUp("/actuator/health/liveness", Duration.ofSeconds(60));
		return new Client(process, CallLoop.of(process, mode, DEADLINE),
				new SteadyRequests(process, "/fibonacci/30", HTTP_RATE),
				new SteadyRequests(process, "/actuator/health/liveness", 4));
	}

	/**
	 * A client with callers of each kind.
	 *
	 * @param process the client
	 * @param calls of its callers
	 * @param http its calls by HTTP
	 * @param liveness its liveness, asked all the time
	 */
	private record Client(JarProcess process, CallLoop calls, SteadyRequests http, SteadyRequests liveness) {

		void awaitWarm() {
			await().atMost(LoadedPair.NOTICED).until(() -> this.calls.calls().size() > WARM_UP_CALLS);
		}

		int threads() {
			return JvmStatistics.of(this.process).threads();
		}

		void forget() {
			this.calls.forget();
			this.http.forget();
			this.liveness.forget();
		}

		// RESOURCE_EXHAUSTED would mean that permits were lost
		void assertAllEnded() {
			this.calls.assertStillMoving();
			this.calls.assertEndedOnly("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
			this.http.assertAnswered(ANSWERED, "200", "503", "504");
			this.liveness.assertAnswered(Duration.ofSeconds(1), "200");
		}

		void assertStops() {
			this.http.close();
			this.liveness.close();
			this.process.terminate();
			assertThat(this.process.exitCode(STOPPED)).isEqualTo(JarProcess.TERMINATED);
		}

	}

}
