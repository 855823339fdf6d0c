package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of networks that no longer take a program's bytes while the program is busy.
 */
@Tag("broker")
@Order(Integer.MAX_VALUE)
@DisplayNameGeneration(FaultNames.class)
class SilentNetworkTests {

	private static final Duration DEADLINE = Duration.ofSeconds(1);

	// Of a call, and by HTTP on a machine that is busy with the callers
	private static final Duration ANSWERED = DEADLINE.plusSeconds(1);

	// Of each kind in each of two clients
	private static final int CALLERS = 128;

	private static final int HTTP_RATE = 30;

	private static final int WARM_UP_CALLS = 4 * CALLERS;

	// Far fewer than callers. HTTP's workers stay for a minute, those of callbacks for a
	// second
	private static final int THREADS = 64;

	// docs/operations.md promises this time
	private static final Duration STOPPED = Duration.ofSeconds(10);

	// docs/operations.md promises 60 s. This server waits twice 8 s less for an answer of
	// the broker
	private static final Duration SERVER_STOPPED = Duration.ofSeconds(44);

	private static final int TERMINATED = 143;

	private static final int SHORT_VALUE = 10;

	private static final int MANY = 500;

	// Some 21 kB
	private static final int LONG_VALUE = 100_000;

	// So many long values fill a connection that is not read
	private static final int FILL_A_CONNECTION = 250;

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
				"--logging.level.org.springframework.boot.tomcat=info");
		JarProcess process = this.programs.startInside("fib-client", Callers.class, arguments);
		process.awaitUp("/actuator/health/liveness", Duration.ofSeconds(60));
		return new Client(process, CallLoop.of(process, mode, DEADLINE),
				new SteadyRequests(process, "/fibonacci/30", HTTP_RATE),
				new SteadyRequests(process, "/actuator/health/liveness", 4));
	}

	@Test
	@Fault(FaultCase.SILENCE_BEFORE_SERVER)
	void busyServer() throws Exception {
		try (SilentNetwork network = SilentNetwork.thatLosesEverything()) {
			JarProcess server = startServer(network);
			assertServerGoesOn(server, network, MANY, SHORT_VALUE);
			assertServerStops(server, network);
		}
	}

	@Test
	@Fault(FaultCase.SERVER_NOT_READ)
	void busyServerThatIsNotRead() throws Exception {
		try (SilentNetwork network = SilentNetwork.thatReadsNothing()) {
			assertServerGoesOn(startServer(network), network, FILL_A_CONNECTION, LONG_VALUE);
		}
	}

	private JarProcess startServer(SilentNetwork network) {
		return this.programs.process("fib-server", Map.of(),
				LoadedPair.arguments(LoadedPair.withShortHeartbeats(network.settings().apply(this.programs.host())),
						"--server.port=0", "--fib.server.delay=2ms", "--spring.rabbitmq.listener.direct.prefetch=250",
						"--spring.rabbitmq.channel-rpc-timeout=2s"))
			.awaitReady();
	}

	private void assertServerGoesOn(JarProcess server, SilentNetwork network, int requests, int n) throws Exception {
		Peer peer = new Peer(this.programs.host());
		Set<String> unanswered = peer.requests(MANY, SHORT_VALUE);
		takeReplies(peer, unanswered);
		int threads = JvmStatistics.of(server).threads();
		unanswered.addAll(peer.requests(requests, n));
		network.silence().run();
		await().atMost(LoadedPair.RECOVERY).until(() -> server.status("/actuator/health/readiness") == 503);
		assertThat(server.status("/actuator/health/liveness")).isEqualTo(200);
		unanswered.addAll(peer.requests(100, SHORT_VALUE));
		server.awaitLine("No requests are taken", LoadedPair.NOTICED);
		network.restoration().run();
		takeReplies(peer, unanswered);
		peer.awaitAllAcknowledged();
		server.awaitUp("/actuator/health/readiness", LoadedPair.RECOVERY);
		await().atMost(LoadedPair.RECOVERY).until(() -> network.connections().getAsInt() == 2);
		assertThat(JvmStatistics.of(server).threads()).isLessThan(threads + THREADS);
	}

	private void assertServerStops(JarProcess server, SilentNetwork network) throws Exception {
		new Peer(this.programs.host()).requests(MANY, SHORT_VALUE);
		network.silence().run();
		server.terminate();
		assertThat(server.exitCode(SERVER_STOPPED)).isEqualTo(TERMINATED);
	}

	// The bound is that of the first reply. How many follow in a second depends on the
	// machine. A reply may come twice, because its request was not acknowledged
	private static void takeReplies(Peer peer, Set<String> unanswered) throws InterruptedException {
		while (!unanswered.isEmpty()) {
			unanswered.remove(peer.reply("The next of %d replies".formatted(unanswered.size()), LoadedPair.RECOVERY)
				.getProperties()
				.getCorrelationId());
		}
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
			assertThat(this.process.exitCode(STOPPED)).isEqualTo(TERMINATED);
		}

	}

}
