package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.time.Duration;

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
 * Tests of servers that are slow, stand still, or die.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class ServerFaultTests {

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration DEAD_LETTER_TIMEOUT = Duration.ofSeconds(10);

	private static final int DELIVERIES = 4;

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

	private JarProcess call(ReplyMode mode) {
		return this.programs.calls(mode, "--verbose", "--fib.client.no-server=wait", "--fib.client.deadline=50s", "10");
	}

	private void assertAnsweredBy(String instance, JarProcess call) {
		assertThat(call.result(CALL_TIMEOUT).output()).singleElement()
			.asString()
			.startsWith("fib(10) = 55 (server %s,".formatted(instance));
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.A3)
	void slowServer(ReplyMode mode) throws Exception {
		server("alpha", "1200ms");
		CallLoop calls = CallLoop.start(this.programs, this.programs.host().springProperties(), mode,
				Duration.ofSeconds(1), CallLoop.ENDLESS);
		calls.await("DEADLINE_EXCEEDED", CALL_TIMEOUT);
		for (int i = 0; i < 3; i++) {
			calls.await("DEADLINE_EXCEEDED", Duration.ofSeconds(2));
		}
		calls.assertEndedOnly("DEADLINE_EXCEEDED");
		calls.stop();
		this.peer.probe(LoadedPair.RECOVERY);
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.A4)
	void frozenServer(ReplyMode mode) {
		JarProcess alpha = server("alpha", "0s");
		alpha.freeze();
		JarProcess call = call(mode);
		this.peer.awaitTaken(1);
		server("beta", "0s");
		assertAnsweredBy("beta", call);
		alpha.thaw();
		alpha.awaitUp("/actuator/health", LoadedPair.RECOVERY);
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B1)
	void serverKilledBeforeTheWork(ReplyMode mode) {
		JarProcess alpha = server("alpha", "0s");
		// It takes the request off the wire no more
		alpha.freeze();
		JarProcess call = call(mode);
		this.peer.awaitTaken(1);
		server("beta", "0s");
		alpha.kill();
		assertAnsweredBy("beta", call);
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B2)
	void serverKilledDuringTheWork(ReplyMode mode) {
		JarProcess alpha = server("alpha", "60s");
		JarProcess call = call(mode);
		this.peer.awaitTaken(1);
		server("beta", "0s");
		alpha.kill();
		assertAnsweredBy("beta", call);
	}

	@Test
	@Fault(FaultCase.B4)
	void requestThatKillsEachServer() throws Exception {
		this.programs.host()
			.setPolicy("limits", "^rpc_queue$", """
					{"delivery-limit": 3, "dead-letter-exchange": "", "dead-letter-routing-key": "rpc_dead_letters"}""",
					"quorum_queues");
		JarProcess server = server("alpha", "60s");
		this.peer.request(7);
		for (int delivery = 1; delivery <= DELIVERIES; delivery++) {
			this.peer.awaitDepth("rpc_queue", 0, DEAD_LETTER_TIMEOUT);
			this.peer.awaitDepth("rpc_dead_letters", 0, DEAD_LETTER_TIMEOUT);
			server.kill();
			if (delivery < DELIVERIES) {
				this.peer.awaitDepth("rpc_queue", 1, DEAD_LETTER_TIMEOUT);
				server = server("server-" + delivery, "60s");
			}
		}
		this.peer.awaitDepth("rpc_dead_letters", 1, DEAD_LETTER_TIMEOUT);
		server("omega", "0s");
		this.peer.probe(LoadedPair.RECOVERY);
	}

}
