package io.rabbitrpc.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.adapter.MessageListenerAdapter;
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
		assertRuns("--duration=1s", "--warmup=200ms", "--concurrency=4", "--rate=100", "--baseline",
				"--reply-mode=direct,callback-queue", "--json=" + json, "--html=" + html);
		JsonNode rows = JsonMapper.shared().readTree(json);
		assertThat(rows).hasSize(16).allSatisfy((row) -> {
			assertThat(row.get("outcomes").propertyNames()).containsExactly("OK");
			assertThat(row.get("outcomes").get("OK").asInt()).isPositive();
			assertThat(row.get("p50Micros").asDouble()).isPositive();
			assertThat(row.get("callsPerSecond").asDouble()).isPositive();
			// The system counts in steps of 10 ms. An open loop's 100 calls may need less
			assertThat(row.get("cpuMicrosPerCall").asDouble())
				.matches((value) -> value > 0 || (value == 0 && !row.get("rate").isNull()));
		});
		assertThat(rows).extracting((row) -> row.get("client").asString())
			.filteredOn("hand-written"::equals)
			.hasSize(8);
		assertThat(html).isNotEmptyFile();
		assertThat(this.output.toString(StandardCharsets.UTF_8).lines()).hasSize(17);
		assertThat(this.errors.toString(StandardCharsets.UTF_8))
			.contains("[1/16] rabbit-rpc, blocking, direct, 4 in flight: ");
	}

	@Test
	void protectedHandWrittenClientAsksTheBrokerForWhatOursAsksFor() throws Exception {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		serve("rpc_queue", (request) -> {
			asked.add(describe(request.getProperties()));
			return "832040";
		});
		Path json = this.folder.resolve("results.json");
		assertRuns("--duration=200ms", "--warmup=0s", "--concurrency=2", "--protected-baseline",
				"--reply-mode=direct,callback-queue", "--json=" + json);
		assertThat(JsonMapper.shared().readTree(json)).extracting((row) -> row.get("client").asString())
			.containsExactly("rabbit-rpc", "hand-written-protected", "rabbit-rpc", "hand-written-protected",
					"rabbit-rpc", "hand-written-protected", "rabbit-rpc", "hand-written-protected");
		assertThat(asked).hasSize(1);
	}

	// The properties that all requests of a client share. Our client sends the time that
	// is left, so this differs a little
	private String describe(BasicProperties request) {
		return "%s, %s, id of %d characters that is the message id: %s, expiration of %d digits".formatted(
				request.getContentType(), request.getDeliveryMode(), request.getCorrelationId().length(),
				request.getCorrelationId().equals(request.getMessageId()), request.getExpiration().length());
	}

	@Test
	void wrongValueEndsTheRunBeforeItIsMeasured() throws Exception {
		serve("832041");
		assertThat(run()).isEqualTo(1);
		assertThat(this.errors.toString(StandardCharsets.UTF_8))
			.startsWith("error: WRONG: the request '30' got '832041', which is not what --expect says");
		assertThat(this.output.size()).isZero();
	}

	@Test
	void anyReplyIsAcceptedWithoutAnExpectation() throws Exception {
		serve("{\"price\":130}");
		assertRuns("--expect=none", "--duration=200ms", "--warmup=0s", "--baseline", "--api=async");
	}

	// Like a peer in another language: it knows only reply_to and correlation_id
	@Test
	void serverOfAnotherLanguageIsMeasured() throws Exception {
		this.virtualHost.connect().createChannel().queueDeclare("quotes", true, false, false, null);
		Set<String> asked = ConcurrentHashMap.newKeySet();
		serve("quotes", (request) -> {
			BasicProperties properties = request.getProperties();
			asked.add("%s %s".formatted(properties.getContentType(), properties.getHeaders()));
			String sku = JsonMapper.shared().readTree(request.getBody()).get("sku").asString();
			return "{\"sku\": \"%s\", \"price\": 130}\n".formatted(sku);
		});
		assertRuns("--queue=quotes", "--body={\"sku\":\"A{counter}\"}", "--header=tenant=north",
				"--expect=json:/sku=A{counter}", "--duration=300ms", "--warmup=0s", "--baseline",
				"--protected-baseline", "--concurrency=8", "--rate=100");
		assertThat(this.output.toString(StandardCharsets.UTF_8).lines()).hasSize(13)
			.noneMatch((line) -> line.contains("WRONG"));
		assertThat(asked).containsExactly("application/json {tenant=north}");
	}

	@Test
	void stockListenerBehindAnExchangeIsMeasured() throws Exception {
		Channel channel = this.virtualHost.connect().createChannel();
		channel.exchangeDeclare("shop", "direct", true);
		channel.queueDeclare("quotes", true, false, false, null);
		channel.queueBind("quotes", "shop", "quote");
		CachingConnectionFactory connections = new CachingConnectionFactory(URI.create(this.virtualHost.uri()));
		SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connections);
		container.setQueueNames("quotes");
		container.setMessageListener(new MessageListenerAdapter(new StockListener(), "quote"));
		container.start();
		try {
			assertRuns("--exchange=shop", "--routing-key=quote", "--body=A1", "--expect=regex:^130 for A1$",
					"--duration=300ms", "--warmup=0s", "--baseline", "--api=async");
		}
		finally {
			container.destroy();
			connections.destroy();
		}
	}

	@Test
	void unmetLimitIsExitCode1WithASentence() throws Exception {
		serve("832040");
		assertThat(
				run("--duration=200ms", "--warmup=0s", "--api=async", "--fail-below=90000000", "--fail-above-p99=1h"))
			.isEqualTo(1);
		assertThat(this.errors.toString(StandardCharsets.UTF_8).lines()).last()
			.asString()
			.matches("error: rabbit-rpc, async, direct, 32 in flight: .* calls/s are fewer than --fail-below=90000000");
	}

	@Test
	void overloadIsSeenInThePercentilesAndNotOnlyInTheRate() throws Exception {
		Semaphore answers = new Semaphore(10);
		serve("rpc_queue", (request) -> answers.tryAcquire() ? "832040" : null);
		Path json = this.folder.resolve("results.json");
		assertThat(run("--duration=500ms", "--warmup=0s", "--rate=200", "--api=async", "--deadline=500ms",
				"--fail-above-p99=10s", "--json=" + json))
			.isEqualTo(1);
		JsonNode row = JsonMapper.shared().readTree(json).get(0);
		// On a busy machine a few calls do not start
		assertThat(row.get("outcomes").valueStream().mapToInt(JsonNode::asInt).sum()).isEqualTo(100);
		assertThat(row.get("p50Micros").isNull()).isTrue();
		assertThat(row.get("maxMicros").isNumber()).isTrue();
		assertThat(this.errors.toString(StandardCharsets.UTF_8)).contains(
				"of 200 calls due in a second got their value", "p99 is failed, more than --fail-above-p99=10000 ms");
	}

	@Test
	void wrongSettingIsExitCode2() {
		assertThat(run("--spring.rabbitmq.requested-heartbeat=0s")).isEqualTo(2);
	}

	@Test
	void helpNamesEveryOptionAndEveryExitCode() {
		assertThat(run("--help")).isZero();
		assertThat(this.output.toString(StandardCharsets.UTF_8))
			.startsWith("Usage: java -jar rabbit-rpc-bench.jar [--option=value...] [--setting=value...]")
			.contains("--queue=NAME", "--exchange=NAME", "--routing-key=KEY", "--body=TEXT", "--body-file=FILE",
					"--content-type=TYPE", "--header=NAME=VALUE", "--expect=VALUE", "text:TEXT", "regex:PATTERN",
					"json:/PTR", "fibonacci", "--n=N", "--concurrency=N,...", "--rate=N,...", "--api=API,...",
					"--reply-mode=MODE,...", "--baseline", "--protected-baseline", "--duration=TIME", "--warmup=TIME",
					"--rounds=N", "--deadline=TIME", "--fail-below=CALLS/S", "--fail-above-p99=TIME", "--json=FILE",
					"--html=FILE", "Exit code:")
			.containsPattern("(?m)^ +1 .*--expect.*$")
			.containsPattern("(?m)^ +70 ");
		assertThat(this.output.toString(StandardCharsets.UTF_8).lines()).allMatch((line) -> line.length() <= 100);
	}

	@Test
	void noServerEndsTheRunAtOnce() {
		assertThat(run("--duration=1h")).isEqualTo(5);
		assertThat(this.errors.toString(StandardCharsets.UTF_8))
			.startsWith("error: UNAVAILABLE: no server is consuming rpc_queue");
	}

	// The default deadline is for a machine that is not busy
	private void assertRuns(String... options) {
		assertThat(run(Stream.concat(Stream.of("--deadline=30s"), Stream.of(options)).toArray(String[]::new)))
			.as(() -> this.errors.toString(StandardCharsets.UTF_8))
			.isZero();
	}

	private int run(String... options) {
		List<String> arguments = new ArrayList<>(List.of(options));
		this.virtualHost.springProperties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
		return new BenchProgram(new PrintStream(this.output, true, StandardCharsets.UTF_8),
				new PrintStream(this.errors, true, StandardCharsets.UTF_8))
			.run(arguments.toArray(String[]::new));
	}

	private void serve(String value) throws IOException {
		serve("rpc_queue", (request) -> value);
	}

	private void serve(String queue, Function<Delivery, @Nullable String> server) throws IOException {
		Channel channel = this.virtualHost.connect().createChannel();
		channel.basicConsume(queue, true, (tag, request) -> {
			String value = server.apply(request);
			BasicProperties properties = new BasicProperties.Builder()
				.correlationId(request.getProperties().getCorrelationId())
				.build();
			if (value != null) {
				channel.basicPublish("", request.getProperties().getReplyTo(), properties,
						value.getBytes(StandardCharsets.US_ASCII));
			}
		}, (tag) -> {
		});
	}

	/**
	 * A listener that knows nothing of this project.
	 */
	private static final class StockListener {

		@SuppressWarnings("unused") // The adapter calls it
		String quote(String sku) {
			return "130 for " + sku;
		}

	}

}
