package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import com.rabbitmq.client.Delivery;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.faults.RawMessage.Property;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of messages that would make the server's AMQP library close the connection.
 * Without a delivery limit RabbitMQ 3 would deliver them again for ever.
 */
class ConnectionKillerTests extends FaultTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final int NEIGHBOURS = 100;

	@Test
	@Fault(FaultCase.E22_33)
	void headersNested33Deep() throws Exception {
		assertIsAnOrdinaryRequest(nested(33), "55", this.programs.server());
	}

	@Test
	@Fault(FaultCase.E22_TAKEN_TOGETHER)
	void headersNested33DeepAmongRequestsThatWereTakenTogether() throws Exception {
		// Slower than requests come, so that they wait in the server
		Program server = this.programs.server("--rabbit.rpc.server.prefetch=50", "--fib.server.delay=3ms",
				"--logging.level.io.rabbitrpc.server.container.AdaptivePrefetch=debug");
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			requestNeighbours(new HashSet<>());
			for (int i = 0; i < NEIGHBOURS; i++) {
				peer().reply("A reply", SOON);
			}
			return server.lines().anyMatch((line) -> line.contains("Taking up to 50 requests at a time"));
		});
		assertIsAnOrdinaryRequest(nested(33), "55", server);
	}

	@Test
	@Fault(FaultCase.E22_12000)
	void headersNested12000Deep() throws Exception {
		assertIsAnOrdinaryRequest(nested(12_000), "55", this.programs.server());
	}

	@Test
	@Fault(FaultCase.E22_POLICY)
	void headersNested12000DeepOnAQueueWithADeliveryLimit() throws Exception {
		this.programs.host()
			.setPolicy("limits", "^rpc_queue$", """
					{"delivery-limit": 3, "dead-letter-exchange": "", "dead-letter-routing-key": "rpc_dead_letters"}""",
					"quorum_queues");
		assertIsAnOrdinaryRequest(nested(12_000), "55", this.programs.server());
		peer().awaitDepth("rpc_dead_letters", 0, SOON);
	}

	@Test
	@Fault(FaultCase.E22_LARGE)
	void aBodyThatIsLargerThanTheServerTakes() throws Exception {
		assertIsAnOrdinaryRequest(new RawMessage("7".repeat(2_000_000)), "error: the body is too large (2000000 bytes)",
				this.programs.server("--spring.rabbitmq.max-inbound-message-body-size=1MB"));
	}

	private static RawMessage nested(int depth) {
		return new RawMessage("10").with(Property.HEADERS, Amqp.nested(depth));
	}

	private void assertIsAnOrdinaryRequest(RawMessage message, String expectedReply, Program server) throws Exception {
		ProgramLog log = ProgramLog.of(server);
		Set<String> expected = new HashSet<>(Set.of("hostile"));
		try (RawAmqp hostile = new RawAmqp(this.programs.host())) {
			requestNeighbours(expected);
			hostile.publish("rpc_queue",
					message.with(Property.REPLY_TO, peer().replyTo()).with(Property.CORRELATION_ID, "hostile"));
			requestNeighbours(expected);
		}
		while (!expected.isEmpty()) {
			Delivery reply = peer().reply("One of %d replies".formatted(expected.size()), SOON);
			String id = reply.getProperties().getCorrelationId();
			assertThat(expected.remove(id)).as("whether %s is answered once", id).isTrue();
			assertThat(reply.getBody()).asString().isEqualTo(id.equals("hostile") ? expectedReply : "55");
		}
		peer().probe(SOON);
		peer().awaitDepth("rpc_queue", 0, SOON);
		assertThat(server.lines()).noneMatch((line) -> line.contains("No requests are taken"));
		log.assertCalm(10);
	}

	private void requestNeighbours(Set<String> ids) throws IOException, InterruptedException {
		for (int i = 0; i < NEIGHBOURS; i++) {
			ids.add(peer().request(10));
		}
	}

}
