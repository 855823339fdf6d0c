package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of networks that no longer take a server's bytes while the server is busy.
 */
@Tag("broker")
@Order(2)
@DisplayNameGeneration(FaultNames.class)
class SilentNetworkTests {

	// Far fewer than requests
	private static final int THREADS = 64;

	// docs/operations.md promises 60 s. This server waits twice 8 s less for an answer of
	// the broker
	private static final Duration SERVER_STOPPED = Duration.ofSeconds(44);

	private static final int SHORT_VALUE = 10;

	private static final int MANY = 500;

	// Some 21 kB
	private static final int LONG_VALUE = 100_000;

	// So many long values fill a connection that is not read
	private static final int FILL_A_CONNECTION = 250;

	@RegisterExtension
	final Programs programs = new Programs();

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
		assertThat(server.exitCode(SERVER_STOPPED)).isEqualTo(JarProcess.TERMINATED);
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

}
