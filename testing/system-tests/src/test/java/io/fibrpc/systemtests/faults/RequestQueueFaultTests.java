package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.fibrpc.systemtests.Program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a request queue that is missing, unattended, full, deleted, or of another
 * kind.
 */
class RequestQueueFaultTests extends FaultTests {

	private static final Path DEFINITIONS = Path.of("..", "..", "config", "rabbitmq", "definitions.json");

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration DEADLINE = Duration.ofSeconds(3);

	private void assertEachCallEnds(String status) {
		CallLoops calls = CallLoops.start(this.programs, this.programs.host().springProperties(), DEADLINE);
		calls.await(status, START_TIMEOUT);
		for (int i = 0; i < 3; i++) {
			calls.await(status, LoadedPair.AT_ONCE);
		}
		calls.assertEndedOnly(status);
		calls.stop();
	}

	private void declare(Map<String, Object> arguments) throws IOException {
		peer().channel().queueDeclare("rpc_queue", true, false, false, arguments);
	}

	@Test
	@Fault(FaultCase.A1)
	void missingQueue() {
		assertEachCallEnds("UNAVAILABLE");
	}

	@Test
	@Fault(FaultCase.A2)
	void queueWithoutConsumer() throws Exception {
		declare(Map.of("x-queue-type", "quorum"));
		assertEachCallEnds("UNAVAILABLE");
		peer().awaitDepth("rpc_queue", 0, DEADLINE.plusSeconds(5));
	}

	@Test
	@Fault(FaultCase.SHARD_WITHOUT_SERVERS)
	void shardWithoutServers() throws Exception {
		peer().channel().queueDeclare("rpc_queue.1", true, false, false, Map.of());
		this.programs.server();
		Map<String, String> settings = new HashMap<>(this.programs.host().springProperties());
		settings.put("rabbit.rpc.client.queues.fib.shards", "2");
		CallLoops calls = CallLoops.start(this.programs, settings, DEADLINE);
		calls.await("UNAVAILABLE", START_TIMEOUT);
		calls.await("OK", LoadedPair.AT_ONCE);
		calls.assertEndedOnly("OK", "UNAVAILABLE");
		await().atMost(LoadedPair.RECOVERY).untilAsserted(() -> {
			calls.forget();
			// At random, half of them would go to each shard
			for (int i = 0; i < 20; i++) {
				calls.await("OK", LoadedPair.AT_ONCE);
			}
			calls.assertEndedOnly("OK");
		});
	}

	@Test
	@Fault(FaultCase.A5)
	void fullQueue() throws Exception {
		declare(Map.of("x-queue-type", "quorum", "x-max-length", 1, "x-overflow", "reject-publish"));
		// A server that never answers. Without it, "nobody consumes" would be true as
		// well
		peer().channel().basicQos(1);
		peer().channel().basicConsume("rpc_queue", false, (tag, request) -> {
		}, (tag) -> {
		});
		for (int i = 0; i < 5; i++) {
			peer().request(10);
		}
		assertEachCallEnds("RESOURCE_EXHAUSTED");
	}

	@Test
	@Fault(FaultCase.A5_DROPPED)
	void fullQueueThatDropsItsOldest() throws Exception {
		declare(Map.of("x-queue-type", "quorum", "x-max-length", 1, "x-overflow", "drop-head"));
		// A server that never answers
		peer().channel().basicQos(1);
		peer().channel().basicConsume("rpc_queue", false, (tag, request) -> {
		}, (tag) -> {
		});
		peer().request(10);
		List<Program> calls = this.programs.callsInEachMode("--rabbit.rpc.client.deadline=3s", "10");
		// Each request drops the one that waits
		while (calls.stream().anyMatch(Program::isAlive)) {
			peer().request(10);
			assertThat(peer().reply(Duration.ofMillis(20))).isEmpty();
		}
		for (Program call : calls) {
			assertThat(call.result(START_TIMEOUT).errors()).singleElement()
				.asString()
				.startsWith("error: DEADLINE_EXCEEDED: no reply within 3000 ms")
				.doesNotContain("taken");
		}
	}

	@Test
	@Fault(FaultCase.B11)
	void queueThatIsDeletedUnderTheServer() throws Exception {
		LoadedPair pair = LoadedPair.start(this.programs, this.programs.host());
		peer().channel().queueDelete("rpc_queue");
		pair.assertRecovers();
		peer().channel().queueDelete("rpc_dead_letters");
		pair.assertRecovers();
		// The request in the queue was deleted with it
		pair.calls().assertEndedOnly("OK", "UNAVAILABLE", "DEADLINE_EXCEEDED");
	}

	@Test
	@Fault(FaultCase.G14)
	void fullDeadLetterQueue() throws Exception {
		this.programs.server("--rabbit.rpc.server.dead-letters.max-length=10");
		for (int i = 1; i <= 25; i++) {
			peer().channel()
				.basicPublish("", "rpc_queue", null, Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
		}
		peer().probe(LoadedPair.RECOVERY);
		peer().awaitAllAcknowledged();
		peer().awaitDepth("rpc_dead_letters", 10, LoadedPair.AT_ONCE);
		assertThat(peer().deadLetter(LoadedPair.AT_ONCE).getBody()).asString().isEqualTo("16");
	}

	@Test
	@Fault(FaultCase.DEAD_LETTERS_DELETED)
	void deletedDeadLetterQueue() throws Exception {
		Program server = this.programs.server();
		peer().channel().queueDelete("rpc_dead_letters");
		peer().channel().basicPublish("", "rpc_queue", null, "30".getBytes(StandardCharsets.US_ASCII));
		await().atMost(LoadedPair.RECOVERY)
			.until(() -> this.programs.host().listQueues("messages").contains("rpc_dead_letters\t1"));
		assertThat(peer().deadLetter(LoadedPair.AT_ONCE).getBody()).asString().isEqualTo("30");
		peer().probe(LoadedPair.RECOVERY);
		peer().awaitAllAcknowledged();
		assertThat(server.lines()).noneMatch((line) -> line.contains("lost"));
		assertThat(server.get("/actuator/prometheus")).containsPattern("dead_letters_total\\{.*\\} 1\\.0");
	}

	@Test
	@Fault(FaultCase.G16)
	void missingDeadLetterQueue() throws Exception {
		this.programs.host().setPolicy("limits", "^rpc_queue$", shippedPolicy(1_000, 20), "quorum_queues");
		declare(Map.of("x-queue-type", "quorum"));
		for (int i = 0; i < 40; i++) {
			peer().request(10);
		}
		peer().awaitDepth("rpc_queue", 0, DEADLINE.plusSeconds(5));
		this.programs.server();
		peer().probe(LoadedPair.RECOVERY);
	}

	private String shippedPolicy(int ttlMillis, int maxLength) throws IOException {
		Matcher definition = Pattern.compile("\"definition\": (\\{[^}]*})").matcher(Files.readString(DEFINITIONS));
		assertThat(definition.find()).isTrue();
		return definition.group(1)
			.replaceAll("(\"message-ttl\": )[0-9]+", "$1" + ttlMillis)
			.replaceAll("(\"max-length\": )[0-9]+", "$1" + maxLength);
	}

	@Test
	@Fault(FaultCase.G6)
	void queueWithOtherArguments() throws Exception {
		declare(Map.of("x-queue-type", "classic", "x-max-length", 1000));
		Program server = this.programs.server();
		peer().probe(LoadedPair.RECOVERY);
		assertThat(server.lines()).filteredOn((line) -> line.contains(" WARN "))
			.singleElement()
			.asString()
			.contains("rpc_queue", "inequivalent arg");
		ProgramLog.fromStart(server).assertNoStackTrace();
	}

}
