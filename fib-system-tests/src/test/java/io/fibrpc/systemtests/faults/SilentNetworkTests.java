package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of networks that take no more of what a program writes, while the program is
 * busy.
 */
@Isolated("Its bounds of time are for programs that have the machine")
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class SilentNetworkTests {

	// What comes and goes: HTTP's workers, pools
	private static final int THREADS = 64;

	@RegisterExtension
	final Programs programs = new Programs();

	@Test
	@Fault(FaultCase.SILENCE_BEFORE_SERVER)
	void busyServer() throws Exception {
		try (SilentNetwork network = SilentNetwork.thatLosesEverything()) {
			assertServerGoesOn(startServer(network), network);
		}
	}

	private JarProcess startServer(SilentNetwork network) {
		return this.programs.process("fib-server", Map.of(),
				LoadedPair.arguments(LoadedPair.withShortHeartbeats(network.settings().apply(this.programs.host())),
						"--server.port=0", "--fib.server.delay=2ms"))
			.awaitReady();
	}

	private void assertServerGoesOn(JarProcess server, SilentNetwork network) throws Exception {
		Peer peer = new Peer(this.programs.host());
		Set<String> unanswered = new HashSet<>();
		request(peer, unanswered, 500);
		takeReplies(peer, unanswered);
		int threads = JvmStatistics.of(server).threads();
		request(peer, unanswered, 500);
		network.silence().run();
		await().atMost(LoadedPair.RECOVERY).until(() -> server.status("/actuator/health/readiness") == 503);
		assertThat(server.status("/actuator/health/liveness")).isEqualTo(200);
		request(peer, unanswered, 100);
		server.awaitLine("No requests are taken", LoadedPair.NOTICED);
		network.restoration().run();
		takeReplies(peer, unanswered);
		peer.awaitAllAcknowledged();
		server.awaitUp("/actuator/health/readiness", LoadedPair.RECOVERY);
		await().atMost(LoadedPair.RECOVERY).until(() -> network.connections().getAsInt() == 2);
		assertThat(JvmStatistics.of(server).threads()).isLessThan(threads + THREADS);
	}

	private static void request(Peer peer, Set<String> ids, int count) throws Exception {
		for (int i = 0; i < count; i++) {
			ids.add(peer.request(10));
		}
	}

	// One that came twice is no harm: its request was not acknowledged
	private static void takeReplies(Peer peer, Set<String> unanswered) throws InterruptedException {
		long end = System.nanoTime() + LoadedPair.RECOVERY.toNanos();
		while (!unanswered.isEmpty()) {
			Duration left = Duration.ofNanos(end - System.nanoTime());
			unanswered.remove(peer.reply("The next of %d replies".formatted(unanswered.size()), left)
				.getProperties()
				.getCorrelationId());
		}
	}

}
