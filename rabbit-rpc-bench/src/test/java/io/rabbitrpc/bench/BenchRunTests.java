package io.rabbitrpc.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of whole runs.
 */
@Tag("broker")
class BenchRunTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	@TempDir
	@SuppressWarnings("NullAway.Init") // JUnit sets it
	private Path folder;

	@BeforeEach
	void declareRequestQueue() throws IOException {
		this.virtualHost.connect().createChannel().queueDeclare("rpc_queue", true, false, false, null);
	}

	@AfterEach
	void close() {
		this.virtualHost.close();
	}

	@Test
	void everyClientApiAndLoadAnswersInBothReplyModes() throws Exception {
		serve("832040");
		Path json = this.folder.resolve("results.json");
		Path html = this.folder.resolve("results.html");
		assertThat(run("--duration=500ms", "--warmup=200ms", "--concurrency=4", "--rate=100", "--baseline",
				"--reply-mode=direct,callback-queue", "--json=" + json, "--html=" + html))
			.isZero();
		JsonNode rows = JsonMapper.shared().readTree(json);
		assertThat(rows).hasSize(16).allSatisfy((row) -> {
			assertThat(row.get("outcomes").propertyNames()).containsExactly("OK");
			assertThat(row.get("callsPerSecond").asDouble()).isPositive();
			assertThat(row.get("p50Micros").asDouble()).isPositive();
			assertThat(row.get("cpuMicrosPerCall").asDouble()).isPositive();
		});
		assertThat(rows).extracting((row) -> row.get("client").asString())
			.filteredOn("hand-written"::equals)
			.hasSize(8);
		assertThat(html).isNotEmptyFile();
		assertThat(this.output.toString(StandardCharsets.UTF_8).lines()).hasSize(17);
		assertThat(this.errors.toString(StandardCharsets.UTF_8))
			.contains("[1/16] fib, blocking, direct, 4 in flight: ");
	}

	@Test
	void protectedHandWrittenClientAsksTheBrokerForWhatOursAsksFor() throws Exception {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		serve("832040", (request) -> asked.add(describe(request.getProperties())));
		Path json = this.folder.resolve("results.json");
		assertThat(run("--duration=200ms", "--warmup=0s", "--concurrency=2", "--protected-baseline",
				"--reply-mode=direct,callback-queue", "--deadline=5s", "--json=" + json))
			.isZero();
		assertThat(JsonMapper.shared().readTree(json)).extracting((row) -> row.get("client").asString())
			.containsExactly("fib", "hand-written-protected", "fib", "hand-written-protected", "fib",
					"hand-written-protected", "fib", "hand-written-protected");
		assertThat(asked).hasSize(1);
	}

	// What is the same in all requests of a client; of its time our client subtracts what
	// has passed
	private String describe(BasicProperties request) {
		return "%s, %s, id of %d characters that is the message id: %s, expiration of %d digits".formatted(
				request.getContentType(), request.getDeliveryMode(), request.getCorrelationId().length(),
				request.getCorrelationId().equals(request.getMessageId()), request.getExpiration().length());
	}

	@Test
	void wrongValueEndsTheRunBeforeItIsMeasured() throws Exception {
		serve("832041");
		assertThat(run()).isEqualTo(70);
		assertThat(this.errors.toString(StandardCharsets.UTF_8))
			.startsWith("error: WRONG: fib(30) came back as 832041");
		assertThat(this.output.size()).isZero();
	}

	@Test
	void replyOfAnyFunctionIsTakenIfNothingIsChecked() throws Exception {
		serve("{\"price\":130}");
		assertThat(run("--no-check", "--duration=200ms", "--warmup=0s", "--baseline", "--api=async")).isZero();
	}

	@Test
	void anyQueueCanBeMeasured() throws Exception {
		this.virtualHost.connect().createChannel().queueDeclare("quotes", true, false, false, null);
		serve("quotes", "130", (request) -> {
		});
		assertThat(run("--queue=quotes", "--duration=200ms", "--warmup=0s", "--baseline", "--api=async")).isZero();
	}

	@Test
	void helpNamesTheProgram() {
		assertThat(run("--help")).isZero();
		assertThat(this.output.toString(StandardCharsets.UTF_8))
			.startsWith("Usage: java -jar rabbit-rpc-bench.jar [--option=value...] [--setting=value...]")
			.contains("--queue=NAME", "rpc_queue");
	}

	@Test
	void noServerEndsTheRunAtOnce() {
		assertThat(run("--duration=1h")).isEqualTo(5);
		assertThat(this.errors.toString(StandardCharsets.UTF_8))
			.startsWith("error: UNAVAILABLE: no server is consuming rpc_queue");
	}

	private int run(String... options) {
		List<String> arguments = new ArrayList<>(List.of(options));
		this.virtualHost.springProperties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
		return new BenchProgram(new PrintStream(this.output, true, StandardCharsets.UTF_8),
				new PrintStream(this.errors, true, StandardCharsets.UTF_8))
			.run(arguments.toArray(String[]::new));
	}

	private void serve(String value) throws IOException {
		serve(value, (request) -> {
		});
	}

	private void serve(String value, Consumer<Delivery> seen) throws IOException {
		serve("rpc_queue", value, seen);
	}

	private void serve(String queue, String value, Consumer<Delivery> seen) throws IOException {
		Channel channel = this.virtualHost.connect().createChannel();
		channel.basicConsume(queue, true, (tag, request) -> {
			seen.accept(request);
			BasicProperties properties = new BasicProperties.Builder()
				.correlationId(request.getProperties().getCorrelationId())
				.build();
			channel.basicPublish("", request.getProperties().getReplyTo(), properties,
					value.getBytes(StandardCharsets.US_ASCII));
		}, (tag) -> {
		});
	}

}
