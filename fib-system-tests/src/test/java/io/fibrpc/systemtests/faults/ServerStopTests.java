package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of servers that are told to stop.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class ServerStopTests {

	// The JVM's exit code after SIGTERM
	private static final int TERMINATED = 143;

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

	@RegisterExtension
	final Programs programs = new Programs();

	private Peer peer;

	@BeforeEach
	void connect() throws IOException {
		this.peer = new Peer(this.programs.host());
	}

	private JarProcess server(String instance, String delay) {
		return this.programs.server("--fib.server.instance=" + instance, "--fib.server.delay=" + delay);
	}

	@Test
	@Fault(FaultCase.B9)
	void serversRestartedInTurn() {
		JarProcess[] servers = { server("a0", "5ms"), server("b0", "5ms") };
		Map<String, String> broker = this.programs.host().springProperties();
		CallLoop direct = CallLoop.start(this.programs, broker, ReplyMode.DIRECT, Duration.ofSeconds(5),
				CallLoop.ENDLESS);
		CallLoop callbackQueue = CallLoop.start(this.programs, broker, ReplyMode.CALLBACK_QUEUE, Duration.ofSeconds(5),
				CallLoop.ENDLESS);
		direct.await("OK", STOP_TIMEOUT);
		callbackQueue.await("OK", STOP_TIMEOUT);
		for (int round = 1; round <= 2; round++) {
			for (int i = 0; i < servers.length; i++) {
				servers[i].terminate();
				assertThat(servers[i].exitCode(STOP_TIMEOUT)).isEqualTo(TERMINATED);
				servers[i] = server("%s%d".formatted((i == 0) ? "a" : "b", round), "5ms");
			}
		}
		direct.await("OK", LoadedPair.AT_ONCE);
		callbackQueue.await("OK", LoadedPair.AT_ONCE);
		direct.assertEndedOnly("OK");
		callbackQueue.assertEndedOnly("OK");
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B10)
	void workThatIsLongerThanTheGrace(ReplyMode mode) {
		JarProcess alpha = server("alpha", "5m");
		JarProcess call = this.programs.calls(mode, "--verbose", "--fib.client.deadline=100s", "10");
		this.peer.awaitTaken(1);
		server("beta", "0s");
		ProgramLog log = ProgramLog.of(alpha);
		alpha.terminate();
		assertThat(alpha.exitCode(STOP_TIMEOUT)).isEqualTo(TERMINATED);
		assertThat(call.result(STOP_TIMEOUT).output()).singleElement()
			.asString()
			.startsWith("fib(10) = 55 (server beta,");
		log.assertNoStackTrace();
	}

	@Test
	@Fault(FaultCase.GRACEFUL_STOP)
	void requestsAtWorkAndPrefetched() throws Exception {
		JarProcess alpha = server("alpha", "4s");
		Set<String> expected = new HashSet<>();
		for (int i = 0; i < 12; i++) {
			expected.add(this.peer.request(10));
		}
		Map<String, Integer> answered = new HashMap<>();
		takeReply(expected, answered);
		ProgramLog log = ProgramLog.of(alpha);
		// The next requests are at work by now
		alpha.terminate();
		server("beta", "0s");
		assertThat(alpha.exitCode(STOP_TIMEOUT)).isEqualTo(TERMINATED);
		while (!expected.isEmpty()) {
			takeReply(expected, answered);
		}
		assertThat(answered).containsOnlyKeys("alpha", "beta");
		assertThat(answered.get("alpha")).as("alpha's replies, at work and before").isGreaterThanOrEqualTo(2);
		log.assertNoStackTrace();
	}

	private void takeReply(Set<String> expected, Map<String, Integer> answered) throws InterruptedException {
		Delivery reply = this.peer.reply("The next of %d replies".formatted(expected.size()), LoadedPair.RECOVERY);
		assertThat(reply.getBody()).asString().isEqualTo("55");
		assertThat(expected.remove(reply.getProperties().getCorrelationId())).as("one reply each").isTrue();
		answered.merge(String.valueOf(reply.getProperties().getHeaders().get("x-rpc-server")), 1, Integer::sum);
	}

}
