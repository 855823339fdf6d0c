package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import com.rabbitmq.client.Delivery;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.faults.RawMessage.Property;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of messages at which the server's AMQP library closes the connection, so that
 * they are delivered again: the broker's delivery limit stops them.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class ConnectionKillerTests {

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	private static final Duration DEAD_LETTER_TIMEOUT = Duration.ofSeconds(30);

	private static final int NEIGHBOURS = 100;

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private Peer peer;

	@BeforeEach
	void setDeliveryLimit() throws IOException {
		this.programs.host()
			.setPolicy("limits", "^rpc_queue$", """
					{"delivery-limit": 3, "dead-letter-exchange": "", "dead-letter-routing-key": "rpc_dead_letters"}""",
					"quorum_queues");
		this.peer = new Peer(this.programs.host());
	}

	@Test
	@Fault(FaultCase.E22_33)
	void headersNested33Deep() throws Exception {
		assertSurvives(33, this.programs.server());
	}

	@Test
	@Fault(FaultCase.E22_TAKEN_TOGETHER)
	void headersNested33DeepAmongRequestsThatWereTakenTogether() throws Exception {
		// Slower than requests come, so that they wait in the server
		Program server = this.programs.server("--fib.server.prefetch=50", "--fib.server.delay=3ms",
				"--logging.level.io.fibrpc.server.FastLane=debug");
		Awaitility.await().atMost(DEAD_LETTER_TIMEOUT).until(() -> {
			requestNeighbours(new HashSet<>());
			for (int i = 0; i < NEIGHBOURS; i++) {
				this.peer.reply("A reply", OUTAGE);
			}
			return server.lines().anyMatch((line) -> line.contains("Taking up to 50 requests at a time"));
		});
		assertSurvives(33, server);
		assertThat(server.lines()).anyMatch((line) -> line.contains("Taking one request at a time"));
	}

	@Test
	@Fault(FaultCase.E22_12000)
	void headersNested12000Deep() throws Exception {
		assertSurvives(12_000, this.programs.server());
	}

	private void assertSurvives(int depth, Program server) throws Exception {
		ProgramLog log = ProgramLog.of(server);
		Set<String> expected = new HashSet<>();
		try (RawAmqp hostile = new RawAmqp(this.programs.host())) {
			requestNeighbours(expected);
			hostile.publish("rpc_queue", new RawMessage("10").with(Property.REPLY_TO, this.peer.replyTo())
				.with(Property.HEADERS, Amqp.nested(depth)));
			requestNeighbours(expected);
		}
		Set<String> answered = new HashSet<>();
		while (answered.size() < expected.size()) {
			Delivery reply = this.peer.reply("A neighbour's reply after %d".formatted(answered.size()), OUTAGE);
			answered.add(String.valueOf(reply.getProperties().getCorrelationId()));
		}
		assertThat(answered).isEqualTo(expected);
		this.peer.awaitDepth("rpc_dead_letters", 1, DEAD_LETTER_TIMEOUT);
		// Neighbours that were delivered again may have been answered again
		while (this.peer.reply(Duration.ofMillis(500)).isPresent()) {
			assertThat(server.isAlive()).isTrue();
		}
		this.peer.probe(OUTAGE);
		this.peer.awaitDepth("rpc_queue", 0, OUTAGE);
		log.assertCalm(10);
	}

	private void requestNeighbours(Set<String> ids) throws IOException, InterruptedException {
		for (int i = 0; i < NEIGHBOURS; i++) {
			ids.add(this.peer.request(10));
		}
	}

}
