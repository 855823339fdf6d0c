package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Fibonacci;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of replies that are late, come twice, or are invalid. The test plays the server.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class ReplyFaultTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final BlockingQueue<Delivery> requests = new LinkedBlockingQueue<>();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private Connection connection;

	private Channel channel;

	@BeforeEach
	void consume() throws IOException {
		this.connection = this.programs.host().connect();
		this.channel = this.connection.createChannel();
		this.channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		this.channel.basicConsume("rpc_queue", false, (tag, request) -> this.requests.add(request), (tag) -> {
		});
	}

	private Delivery next() throws InterruptedException {
		Delivery request = this.requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(request).as("a request").isNotNull();
		return request;
	}

	private void reply(Delivery request, byte[] body, BasicProperties.Builder properties) throws IOException {
		this.channel.basicPublish("", request.getProperties().getReplyTo(),
				properties.correlationId(request.getProperties().getCorrelationId()).build(), body);
	}

	private void reply(Delivery request, String body) throws IOException {
		reply(request, body.getBytes(StandardCharsets.US_ASCII), new BasicProperties.Builder());
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B3)
	void replyWithoutAcknowledgement(ReplyMode mode) throws Exception {
		Program calls = this.programs.calls(mode, "--rabbit.rpc.client.deadline=30s", "10", "20", "30");
		Delivery request = next();
		this.programs.server();
		reply(request, "55");
		// RabbitMQ delivers the request again, to the server
		this.connection.abort(5_000);
		ProgramResult result = calls.result(TIMEOUT);
		assertThat(result.output()).containsExactly("fib(10) = 55", "fib(20) = 6765", "fib(30) = 832040");
		assertThat(result.errors()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.D1)
	void replyAfterTheDeadline(ReplyMode mode) throws Exception {
		Program calls = this.programs.calls(mode, "--rabbit.rpc.client.deadline=3s", "10", "20");
		Delivery late = next();
		Delivery second = next();
		reply(late, "55");
		reply(second, "6765");
		ProgramResult result = calls.result(TIMEOUT);
		assertThat(result.output()).containsExactly("fib(20) = 6765");
		assertThat(result.errors()).singleElement().asString().startsWith("error: DEADLINE_EXCEEDED: ");
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.D2_CALLS)
	void repliesInReverseOrder(ReplyMode mode) throws Exception {
		CallLoop calls = CallLoop.start(this.programs, this.programs.host().springProperties(), mode,
				Duration.ofSeconds(30), "--callers=50", "--rounds=1");
		Deque<Delivery> inFlight = new ArrayDeque<>();
		for (int i = 0; i < 50; i++) {
			inFlight.push(next());
		}
		assertThat(inFlight).extracting((request) -> request.getProperties().getCorrelationId())
			.doesNotHaveDuplicates();
		while (!inFlight.isEmpty()) {
			Delivery last = inFlight.pop();
			int n = Integer.parseInt(new String(last.getBody(), StandardCharsets.US_ASCII));
			reply(last, Fibonacci.of(n).toString());
		}
		calls.awaitEnd(TIMEOUT);
		assertThat(CallLoop.counts(calls.calls())).isEqualTo(Map.of("OK", 50));
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.G10)
	void clocksThatAreAnHourApart(ReplyMode mode) throws Exception {
		Program calls = this.programs.calls(mode, "--rabbit.rpc.client.deadline=20s", "10", "20");
		Map<Integer, String> values = Map.of(-1, "55", 1, "6765");
		for (int hours : List.of(-1, 1)) {
			Delivery request = next();
			// Its expiration is the only time in it
			assertThat(request.getProperties().getTimestamp()).isNull();
			assertThat(request.getProperties().getHeaders()).isNullOrEmpty();
			assertThat(Long.parseLong(request.getProperties().getExpiration())).isBetween(1L, 20_000L);
			reply(request, values.getOrDefault(hours, "").getBytes(StandardCharsets.US_ASCII),
					new BasicProperties.Builder().timestamp(hoursFromNow(hours)));
		}
		assertThat(calls.result(TIMEOUT).output()).containsExactly("fib(10) = 55", "fib(20) = 6765");
		this.connection.close();
		this.programs.server();
		Peer peer = new Peer(this.programs.host());
		for (int hours : List.of(-1, 1)) {
			BasicProperties properties = new BasicProperties.Builder().replyTo(peer.replyTo())
				.expiration("5000")
				.timestamp(hoursFromNow(hours))
				.build();
			peer.channel().basicPublish("", "rpc_queue", properties, "10".getBytes(StandardCharsets.US_ASCII));
			assertThat(peer.reply("The reply", LoadedPair.RECOVERY).getBody()).asString().isEqualTo("55");
		}
	}

	private static Date hoursFromNow(int hours) {
		return Date.from(Instant.now().plus(Duration.ofHours(hours)));
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.F1)
	void replyThatIsNoNumber(ReplyMode mode) throws Exception {
		Program calls = this.programs.calls(mode, "1", "2", "3", "10");
		reply(next(), "");
		reply(next(), "3.5");
		reply(next(), "x\r\n\u001b[31m" + "y".repeat(10_000));
		reply(next(), "55");
		ProgramResult result = calls.result(TIMEOUT);
		assertThat(result.output()).containsExactly("fib(10) = 55");
		assertThat(result.errors()).hasSize(3)
			.allMatch(
					(line) -> line.startsWith("error: INTERNAL: ") && line.length() < 300 && !line.contains("\u001b"));
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.F3)
	void serialisedReply(ReplyMode mode) throws Exception {
		Program calls = this.programs.calls(mode, "1", "10");
		reply(next(), HexFormat.of().parseHex("aced0005757200025b42acf317f8060854e002000078707fffffff"),
				new BasicProperties.Builder().contentType("application/x-java-serialized-object"));
		reply(next(), "55");
		ProgramResult result = calls.result(TIMEOUT);
		assertThat(result.output()).containsExactly("fib(10) = 55");
		assertThat(result.errors()).singleElement().asString().startsWith("error: INTERNAL: ");
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.F4)
	void unknownStatus(ReplyMode mode) throws Exception {
		Program calls = this.programs.calls(mode, "1", "10");
		reply(next(), "1".getBytes(StandardCharsets.US_ASCII),
				new BasicProperties.Builder().headers(Map.of("x-rpc-status", "ok\r\n")));
		reply(next(), "55");
		ProgramResult result = calls.result(TIMEOUT);
		assertThat(result.output()).containsExactly("fib(10) = 55");
		assertThat(result.errors()).singleElement().asString().startsWith("error: INTERNAL: ");
	}

}
