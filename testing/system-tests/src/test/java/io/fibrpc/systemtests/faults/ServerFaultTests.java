package io.fibrpc.systemtests.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of servers that are slow, frozen or killed.
 */
@Order(4)
class ServerFaultTests extends FaultTests {

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration DEAD_LETTER_TIMEOUT = Duration.ofSeconds(10);

	private static final int DELIVERIES = 4;

	// A client for each reply mode. Server alpha holds the requests of both
	private List<Program> callAlpha() {
		List<Program> calls = this.programs.callsInEachMode("--verbose", "--rabbit.rpc.client.no-server=wait",
				"--rabbit.rpc.client.deadline=50s", "10");
		peer().awaitTaken(calls.size());
		return calls;
	}

	private void assertAnsweredByBeta(List<Program> calls) {
		for (Program call : calls) {
			assertThat(call.result(CALL_TIMEOUT).output()).singleElement()
				.asString()
				.startsWith("fib(10) = 55 (server beta,");
		}
	}

	@Test
	@Fault(FaultCase.A3)
	void slowServer() throws Exception {
		server("alpha", "1200ms", TWO_AT_ONCE);
		CallLoops calls = CallLoops.start(this.programs, this.programs.host().springProperties(),
				Duration.ofSeconds(1));
		calls.await("DEADLINE_EXCEEDED", CALL_TIMEOUT);
		for (int i = 0; i < 3; i++) {
			calls.await("DEADLINE_EXCEEDED", Duration.ofSeconds(2));
		}
		calls.assertEndedOnly("DEADLINE_EXCEEDED");
		calls.stop();
		peer().probe(LoadedPair.RECOVERY);
	}

	@Test
	@Fault(FaultCase.A4)
	void frozenServer() {
		JarProcess alpha = process("alpha", "60s", TWO_AT_ONCE,
				"--spring.rabbitmq.requested-heartbeat=" + LoadedPair.SHORT_HEARTBEAT);
		List<Program> calls = callAlpha();
		alpha.freeze();
		server("beta", "0s");
		assertAnsweredByBeta(calls);
		alpha.thaw();
		alpha.awaitUp("/actuator/health", LoadedPair.RECOVERY);
	}

	@Test
	@Fault(FaultCase.A6)
	void shortestDeadline() throws Exception {
		server("alpha", "50ms");
		CallLoops calls = CallLoops.start(this.programs, this.programs.host().springProperties(), Duration.ofMillis(1));
		calls.await("DEADLINE_EXCEEDED", CALL_TIMEOUT);
		for (int i = 0; i < 3; i++) {
			calls.await("DEADLINE_EXCEEDED", LoadedPair.AT_ONCE);
		}
		calls.assertEndedOnly("DEADLINE_EXCEEDED");
		calls.stop();
		peer().probe(LoadedPair.RECOVERY);
		peer().awaitAllAcknowledged();
	}

	@Test
	@Fault(FaultCase.B1)
	void serverKilledBeforeTheWork() {
		JarProcess alpha = process("alpha", "0s", TWO_AT_ONCE);
		// It no longer reads requests from the network
		alpha.freeze();
		List<Program> calls = callAlpha();
		server("beta", "0s");
		alpha.kill();
		assertAnsweredByBeta(calls);
	}

	@Test
	@Fault(FaultCase.B2)
	void serverKilledDuringTheWork() {
		JarProcess alpha = process("alpha", "60s", TWO_AT_ONCE);
		List<Program> calls = callAlpha();
		server("beta", "0s");
		alpha.kill();
		assertAnsweredByBeta(calls);
	}

	@Test
	@Fault(FaultCase.D2_REQUESTS)
	void requestsWithOneCorrelationId() throws Exception {
		server("alpha", "500ms", TWO_AT_ONCE);
		BasicProperties properties = new BasicProperties.Builder().replyTo(peer().replyTo())
			.correlationId("the same")
			.build();
		for (String n : List.of("10", "20")) {
			peer().channel().basicPublish("", "rpc_queue", properties, n.getBytes(StandardCharsets.US_ASCII));
		}
		Set<String> values = new HashSet<>();
		for (int i = 0; i < 2; i++) {
			Delivery reply = peer().reply("A reply", LoadedPair.RECOVERY);
			assertThat(reply.getProperties().getCorrelationId()).isEqualTo("the same");
			values.add(new String(reply.getBody(), StandardCharsets.US_ASCII));
		}
		assertThat(values).containsExactlyInAnyOrder("55", "6765");
	}

	@Test
	@Fault(FaultCase.E12_FILTER)
	void nothingMayBeDeserialised() {
		Map<String, String> filter = Map.of("JDK_JAVA_OPTIONS", "-Djdk.serialFilter=!*");
		Map<String, String> broker = this.programs.host().springProperties();
		JarProcess server = this.programs.process("fib-server", filter, LoadedPair.arguments(broker, "--server.port=0"))
			.awaitReady();
		for (ReplyMode mode : ReplyMode.values()) {
			List<String> arguments = LoadedPair.arguments(broker, mode.argument(), "10");
			assertThat(this.programs.process("fib-client", filter, arguments).result(CALL_TIMEOUT).output())
				.containsExactly("fib(10) = 55");
		}
		ProgramLog.fromStart(server).assertNoStackTrace();
	}

	@Test
	@Fault(FaultCase.B4)
	void requestThatKillsEachServer() throws Exception {
		this.programs.host().setPolicy("limits", "^rpc_queue$", """
				{"dead-letter-exchange": "", "dead-letter-routing-key": "rpc_dead_letters"}""", "quorum_queues");
		JarProcess server = process("alpha", "60s");
		peer().request(7);
		for (int delivery = 1; delivery <= DELIVERIES; delivery++) {
			peer().awaitDepth("rpc_queue", 0, DEAD_LETTER_TIMEOUT);
			peer().awaitDepth("rpc_dead_letters", 0, DEAD_LETTER_TIMEOUT);
			if (delivery == DELIVERIES - 1) {
				assertThat(server.get("/actuator/health/rpcListeners")).contains("has been delivered 3 times");
				runCommandOf(server);
			}
			server.kill();
			if (delivery < DELIVERIES) {
				peer().awaitDepth("rpc_queue", 1, DEAD_LETTER_TIMEOUT);
				server = process("server-" + delivery, "60s", "--management.endpoint.health.show-details=always");
			}
		}
		peer().awaitDepth("rpc_dead_letters", 1, DEAD_LETTER_TIMEOUT);
		server("omega", "0s");
		peer().probe(LoadedPair.RECOVERY);
	}

	private void runCommandOf(Program server) {
		Matcher command = server.awaitLine(
				"rabbitmqctl (set_operator_policy) (\\S+) '(.*)' '(.*)' (--apply-to) (queues)", LoadedPair.AT_ONCE);
		List<String> arguments = new ArrayList<>();
		for (int i = 1; i <= command.groupCount(); i++) {
			arguments.add(command.group(i));
		}
		arguments.addAll(List.of("-p", this.programs.host().name()));
		this.programs.host().broker().rabbitmqctl(arguments.toArray(String[]::new));
	}

}
