package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Tests of a server that gets one hostile request after the other.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class HostileRequestTests {

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration OUTCOME_TIMEOUT = Duration.ofSeconds(5);

	// The server answers the probe last, so nothing comes after that answer
	private static final Duration NOTHING_TIMEOUT = Duration.ofMillis(100);

	private static final Duration FLOOD_TIMEOUT = Duration.ofSeconds(60);

	private static final int MOST_LINES = 3;

	private static final int MORE_HEAP_KILOBYTES = 4 * 1024;

	@RegisterExtension
	static final Programs programs = new Programs();

	private static JarProcess server;

	private static Peer peer;

	@BeforeAll
	static void startServer() throws IOException {
		server = programs.server();
		peer = new Peer(programs.host());
	}

	@ParameterizedTest
	@EnumSource
	void serverSurvives(HostileRequest request) throws Exception {
		ProgramLog log = ProgramLog.of(server);
		RawMessage message = request.message(peer.replyTo());
		boolean taken = publish(message, request.outcome().mayBeRefusedByTheBroker());
		switch (taken ? request.outcome() : HostileRequest.Outcome.NOTHING) {
			case VALUE, VALUE_IF_TAKEN -> assertReply(message, "OK").isEqualTo("55");
			case REFUSED, REFUSED_IF_TAKEN ->
				assertReply(message, "INVALID_ARGUMENT").startsWith("error: ").doesNotContain("\r", "\n");
			case DEAD_LETTER -> assertDeadLetter();
			case VALUE_OR_NOTHING -> peer.reply(PROBE_TIMEOUT);
			case NOT_TAKEN -> fail("RabbitMQ has taken it");
			case NOTHING -> {
				// The probe checks that no reply came before its own
			}
		}
		peer.probe(PROBE_TIMEOUT);
		assertThat(peer.reply(NOTHING_TIMEOUT)).as("a second reply").isEmpty();
		peer.awaitDepth("rpc_queue", 0, PROBE_TIMEOUT);
		peer.awaitDepth("rpc_dead_letters", 0, PROBE_TIMEOUT);
		log.assertCalm(MOST_LINES);
		assertThat(log.lines()).noneMatch((line) -> line.contains("\u001b[31m") || line.startsWith("ERROR forged"));
	}

	@Test
	@Fault(FaultCase.UNANSWERABLE_FLOOD)
	void floodOfUnanswerableRequestsIsKeptAndLogsLittle() throws Exception {
		ProgramLog log = ProgramLog.of(server);
		for (int i = 0; i < 1000; i++) {
			BasicProperties properties = new BasicProperties.Builder().correlationId("flood-" + i).build();
			peer.channel().basicPublish("", "rpc_queue", properties, "10".getBytes(StandardCharsets.US_ASCII));
		}
		peer.awaitDepth("rpc_dead_letters", 1000, FLOOD_TIMEOUT);
		peer.probe(PROBE_TIMEOUT);
		peer.channel().queuePurge("rpc_dead_letters");
		log.assertCalm(MOST_LINES);
	}

	@Test
	@Fault(FaultCase.E12_FLOOD)
	void serialisedArraysFillNoHeap() throws Exception {
		peer.probe(PROBE_TIMEOUT);
		JvmStatistics before = JvmStatistics.of(server);
		try (RawAmqp hostile = new RawAmqp(programs.host())) {
			for (int i = 0; i < 500; i++) {
				hostile.publish("rpc_queue", HostileRequest.E12_SERIALISED_ARRAY.message(peer.replyTo()));
				assertThat(peer.reply("The reply", OUTCOME_TIMEOUT).getProperties().getHeaders().get("x-rpc-status"))
					.hasToString("INVALID_ARGUMENT");
			}
		}
		peer.probe(PROBE_TIMEOUT);
		assertThat(JvmStatistics.of(server).heapKilobytes())
			.isLessThanOrEqualTo(before.heapKilobytes() + MORE_HEAP_KILOBYTES);
	}

	private boolean publish(RawMessage message, boolean mayBeRefused) throws IOException {
		try (RawAmqp hostile = new RawAmqp(programs.host())) {
			hostile.publish("rpc_queue", message);
			return true;
		}
		catch (IOException ex) {
			if (mayBeRefused && String.valueOf(ex.getMessage()).startsWith("406 ")) {
				return false;
			}
			throw ex;
		}
	}

	private AbstractStringAssert<?> assertReply(RawMessage message, String status) throws InterruptedException {
		Delivery reply = peer.reply("The reply", OUTCOME_TIMEOUT);
		String id = reply.getProperties().getCorrelationId();
		assertThat((id != null) ? id : "").as("correlation id").matches(HostileRequest.expectedId(message));
		assertThat(reply.getProperties().getHeaders().get("x-rpc-status")).hasToString(status);
		return assertThat(reply.getBody()).asString();
	}

	private void assertDeadLetter() {
		GetResponse letter = peer.deadLetter(OUTCOME_TIMEOUT);
		assertThat(letter.getProps().getHeaders().get("x-rpc-reason")).asString().startsWith("reply_to ");
		assertThat(letter.getBody()).asString().isEqualTo("10");
	}

}
