package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Program;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of servers that are told to stop.
 */
@Order(6)
class ServerStopTests extends FaultTests {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

	// Less than the default grace
	private static final Duration SHORT_STOP_TIMEOUT = Duration.ofSeconds(18);

	private static final int REQUESTS = 12;

	@Test
	@Fault(FaultCase.B9)
	void serversRestartedInTurn() {
		JarProcess[] servers = { startProcess("a0", "5ms"), startProcess("b0", "5ms") };
		for (JarProcess server : servers) {
			server.awaitReady();
		}
		CallLoops calls = CallLoops.start(this.programs, this.programs.host().springProperties(),
				Duration.ofSeconds(5));
		calls.await("OK", STOP_TIMEOUT);
		for (int i = 0; i < servers.length; i++) {
			servers[i].terminate();
			assertThat(servers[i].exitCode(STOP_TIMEOUT)).isEqualTo(JarProcess.TERMINATED);
			servers[i] = process((i == 0) ? "a1" : "b1", "5ms");
		}
		calls.await("OK", LoadedPair.AT_ONCE);
		calls.assertEndedOnly("OK");
	}

	@Test
	@Fault(FaultCase.B10)
	void workThatIsLongerThanTheGrace() {
		JarProcess alpha = process("alpha", "5m", TWO_AT_ONCE, "--spring.lifecycle.timeout-per-shutdown-phase=6s");
		List<Program> calls = this.programs.callsInEachMode("--verbose", "--rabbit.rpc.client.deadline=100s", "10");
		peer().awaitTaken(calls.size());
		ProgramLog log = ProgramLog.of(alpha);
		alpha.terminate();
		server("beta", "0s");
		assertThat(alpha.exitCode(SHORT_STOP_TIMEOUT)).isEqualTo(JarProcess.TERMINATED);
		for (Program call : calls) {
			assertThat(call.result(STOP_TIMEOUT).output()).singleElement()
				.asString()
				.startsWith("fib(10) = 55 (server beta,");
		}
		log.assertNoStackTrace();
	}

	@Test
	@Fault(FaultCase.GRACEFUL_STOP)
	void requestsAtWorkAndPrefetched() throws Exception {
		JarProcess alpha = process("alpha", "4s");
		Set<String> expected = new HashSet<>();
		for (int i = 0; i < REQUESTS; i++) {
			expected.add(peer().request(10));
		}
		Map<String, Integer> answered = new HashMap<>();
		takeReply(expected, answered);
		ProgramLog log = ProgramLog.of(alpha);
		// The server has taken the second request, too
		peer().awaitDepth("rpc_queue", REQUESTS - 2, LoadedPair.RECOVERY);
		alpha.terminate();
		server("beta", "0s");
		assertThat(alpha.exitCode(STOP_TIMEOUT)).isEqualTo(JarProcess.TERMINATED);
		while (!expected.isEmpty()) {
			takeReply(expected, answered);
		}
		assertThat(answered).containsOnlyKeys("alpha", "beta");
		assertThat(answered.get("alpha")).as("alpha's replies, at work and before").isGreaterThanOrEqualTo(2);
		log.assertNoStackTrace();
	}

	private void takeReply(Set<String> expected, Map<String, Integer> answered) throws InterruptedException {
		Delivery reply = peer().reply("The next of %d replies".formatted(expected.size()), LoadedPair.RECOVERY);
		assertThat(reply.getBody()).asString().isEqualTo("55");
		assertThat(expected.remove(reply.getProperties().getCorrelationId())).as("one reply each").isTrue();
		answered.merge(String.valueOf(reply.getProperties().getHeaders().get("x-rpc-server")), 1, Integer::sum);
	}

}
