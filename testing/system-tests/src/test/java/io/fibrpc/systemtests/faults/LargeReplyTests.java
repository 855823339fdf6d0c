package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of replies that are large, from a server that the test plays.
 */
@Isolated("Its bounds of time are for programs that have the machine")
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class LargeReplyTests {

	private static final int LARGEST_BYTES = 4 * 1024 * 1024;

	// To read them takes a second or more
	private static final int DIGITS = 500_000;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	@RegisterExtension
	static final Programs programs = new Programs();

	private static final Map<ReplyMode, JarProcess> CLIENTS = new EnumMap<>(ReplyMode.class);

	private static Channel channel;

	@BeforeAll
	static void startPrograms() throws IOException {
		channel = programs.host().connect().createChannel();
		channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		channel.basicConsume("rpc_queue", true, (tag, request) -> reply(request), (tag) -> {
		});
		for (ReplyMode mode : ReplyMode.values()) {
			CLIENTS.put(mode, programs.client(mode, "--fib.client.demo=false", "--rabbit.rpc.client.deadline=30s"));
		}
	}

	private static void reply(Delivery request) throws IOException {
		String body = switch (new String(request.getBody(), StandardCharsets.US_ASCII)) {
			case "1" -> "x".repeat(LARGEST_BYTES);
			case "2" -> "7".repeat(DIGITS);
			default -> "55";
		};
		channel.basicPublish("", request.getProperties().getReplyTo(),
				new BasicProperties.Builder().correlationId(request.getProperties().getCorrelationId()).build(),
				body.getBytes(StandardCharsets.US_ASCII));
	}

	private static JarProcess client(ReplyMode mode) {
		JarProcess client = Objects.requireNonNull(CLIENTS.get(mode)).awaitReady();
		assertThat(client.get("/fibonacci/10", "Accept", "text/plain")).isEqualTo("55");
		return client;
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.LARGEST_REPLIES)
	void fortyOfTheLargestAtOnce(ReplyMode mode) {
		JarProcess client = client(mode);
		List<Integer> statuses = Stream.generate(() -> client.statusLater("/fibonacci/1"))
			.limit(40)
			.toList()
			.stream()
			.map((status) -> status.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
			.map(CompletableFuture::join)
			.toList();
		assertThat(statuses).isSubsetOf(429, 500);
		assertThat(client.get("/fibonacci/10", "Accept", "text/plain")).isEqualTo("55");
		ProgramLog.fromStart(client).assertNoStackTrace();
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.LONG_VALUE)
	void aLongValueAmongNeighbours(ReplyMode mode) {
		JarProcess client = client(mode);
		try (SteadyRequests neighbours = new SteadyRequests(client, "/fibonacci/10?deadline=1s", 60)) {
			assertThat(client.status("/fibonacci/2")).isEqualTo(200);
			// Their deadline is the limit: a call that misses it has another status
			neighbours.assertAnswered(TIMEOUT, "200");
		}
	}

}
