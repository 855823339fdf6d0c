package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of requests that are too large for a server of 64 MiB, one by one or together.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class LargeRequestTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int MEGABYTE = 1_000_000;

	// The server answers nothing else while it computes this
	private static final String SLOW = "1000000";

	@RegisterExtension
	final Programs programs = new Programs();

	private Peer peer;

	private JarProcess server;

	@BeforeEach
	void start() throws IOException {
		List<String> settings = new ArrayList<>(List.of("--server.port=0", "--fib.server.max-n=10000000",
				"--spring.rabbitmq.listener.direct.prefetch=250"));
		this.programs.host()
			.springProperties()
			.forEach((name, value) -> settings.add("--%s=%s".formatted(name, value)));
		this.server = this.programs.process("fib-server", Map.of("_JAVA_OPTIONS", "-Xmx64m"), settings).awaitReady();
		this.peer = new Peer(this.programs.host());
	}

	private void publish(String id, String body) throws IOException {
		this.peer.channel()
			.basicPublish("", "rpc_queue",
					new BasicProperties.Builder().replyTo(this.peer.replyTo()).correlationId(id).build(),
					body.getBytes(StandardCharsets.US_ASCII));
	}

	private Map<String, Integer> statuses(int count) throws InterruptedException {
		Map<String, Integer> statuses = new TreeMap<>();
		for (int i = 0; i < count; i++) {
			Delivery reply = this.peer.reply("Reply %d of %d".formatted(i, count), TIMEOUT);
			BasicProperties properties = reply.getProperties();
			statuses.merge(properties.getCorrelationId() + " " + properties.getHeaders().get("x-rpc-status"), 1,
					Integer::sum);
		}
		return statuses;
	}

	@Test
	@Fault(FaultCase.LARGE_REQUESTS)
	void moreThanFitTogetherAndSomeThatAreTooLargeByThemselves() throws Exception {
		String large = "7".repeat(3 * MEGABYTE);
		String tooLarge = "7".repeat(10 * MEGABYTE);
		publish("slow", SLOW);
		for (int i = 0; i < 40; i++) {
			publish("large", large);
			publish("small", "10");
		}
		for (int i = 0; i < 10; i++) {
			publish("too large", tooLarge);
			publish("small", "10");
		}
		assertThat(statuses(101)).containsEntry("slow OK", 1)
			.containsEntry("small OK", 50)
			.containsEntry("too large INVALID_ARGUMENT", 10)
			.containsOnlyKeys("slow OK", "small OK", "large INVALID_ARGUMENT", "large RESOURCE_EXHAUSTED",
					"too large INVALID_ARGUMENT");
		// One after the other they have room
		for (int i = 0; i < 5; i++) {
			publish("large", large);
			assertThat(statuses(1)).containsOnlyKeys("large INVALID_ARGUMENT");
		}
		ProgramLog.fromStart(this.server).assertNoStackTrace();
	}

}
