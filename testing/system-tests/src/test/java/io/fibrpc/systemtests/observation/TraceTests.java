package io.fibrpc.systemtests.observation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a call is one trace, from the HTTP request to the server's work.
 */
@Tag("broker")
class TraceTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String CALLER = "b7ad6b7169203331";

	private static final String TRACEPARENT = "00-%s-%s-01".formatted(TRACE, CALLER);

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private TraceCollector collector;

	@BeforeEach
	void startCollector() throws IOException {
		this.collector = TraceCollector.start();
	}

	@AfterEach
	void closeCollector() {
		this.collector.close();
	}

	private Program server(String... more) {
		return this.programs
			.server(Stream.of(this.collector.settings(), more).flatMap(Stream::of).toArray(String[]::new));
	}

	private Program client(ReplyMode mode, String... more) {
		return this.programs
			.client(mode, Stream.of(this.collector.settings(), more).flatMap(Stream::of).toArray(String[]::new))
			.awaitReady();
	}

	private Span span(String name) {
		return this.collector.trace(TRACE)
			.stream()
			.filter((span) -> span.getName().equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No span " + name));
	}

	@ParameterizedTest
	@EnumSource
	void callIsOneTrace(ReplyMode mode) {
		server("--rabbit.rpc.server.instance=server-1");
		Program client = client(mode);
		assertThat(client.get("/fibonacci/30", "traceparent", TRACEPARENT)).contains("832040");
		await().untilAsserted(() -> assertThat(this.collector.trace(TRACE)).hasSize(3));

		Span request = span("http get /fibonacci/{n}");
		assertThat(TraceCollector.hex(request.getParentSpanId())).isEqualTo(CALLER);
		Span call = span("request rpc_queue");
		assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId());
		assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
		Span work = span("process rpc_queue");
		assertThat(work.getParentSpanId()).isEqualTo(call.getSpanId());
		assertThat(work.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
		for (Span span : List.of(call, work)) {
			assertThat(TraceCollector.attribute(span, "messaging.system")).isEqualTo("rabbitmq");
			assertThat(TraceCollector.attribute(span, "messaging.destination.name")).isEqualTo("rpc_queue");
			assertThat(TraceCollector.attribute(span, "rpc.response.status_code")).isEqualTo("OK");
			assertThat(TraceCollector.attribute(span, "error.type")).isEmpty();
		}
		assertThat(TraceCollector.attribute(work, "messaging.message.conversation_id")).isNotEmpty()
			.isEqualTo(TraceCollector.attribute(call, "messaging.message.conversation_id"));
		assertThat(TraceCollector.attribute(work, "messaging.client.id")).isEqualTo("server-1");
		// The client's span is the whole round trip
		assertThat(work.getStartTimeUnixNano()).isBetween(call.getStartTimeUnixNano(), call.getEndTimeUnixNano());
	}

	@ParameterizedTest
	@EnumSource
	void failureIsSeenInBothSpans(ReplyMode mode) {
		server();
		Program client = client(mode);
		assertThat(client.get("/fibonacci/200000", "traceparent", TRACEPARENT)).contains("INVALID_ARGUMENT");
		await().untilAsserted(() -> assertThat(this.collector.trace(TRACE)).hasSize(3));
		for (Span span : List.of(span("request rpc_queue"), span("process rpc_queue"))) {
			assertThat(TraceCollector.attribute(span, "rpc.response.status_code")).isEqualTo("INVALID_ARGUMENT");
			assertThat(TraceCollector.attribute(span, "error.type")).isEqualTo("INVALID_ARGUMENT");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "garbage", "00-00000000000000000000000000000000-0000000000000000-01",
			"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"00-0af7651916cd43dd8448eb211c80319c\n\u001b[31m" })
	void malformedTraceHeaderIsIgnored(String header) throws Exception {
		server();
		assertThat(ask(Map.of("traceparent", header, "tracestate", "=,=;"))).isEqualTo("55");
		await().untilAsserted(() -> assertThat(this.collector.spans()).singleElement()
			.satisfies((span) -> assertThat(span.getParentSpanId().isEmpty()).isTrue()));
	}

	@Test
	void tutorialClientStartsATraceAndGetsAnOrdinaryReply() throws Exception {
		server();
		assertThat(ask(Map.of())).isEqualTo("55");
		await().untilAsserted(() -> assertThat(this.collector.spans()).hasSize(1));
	}

	@Test
	void nothingIsSentUnlessTracingIsOn() {
		this.programs.server("--management.opentelemetry.tracing.export.schedule-delay=100ms");
		Program client = this.programs.client(ReplyMode.DIRECT).awaitReady();
		assertThat(client.get("/fibonacci/30", "traceparent", TRACEPARENT)).contains("832040");
		assertThat(client.lines().filter((line) -> line.contains(TRACE))).isEmpty();
		assertThat(this.collector.spans()).isEmpty();
	}

	@Test
	void logLinesCarryTheIdsOfTheTraceAndTheCall() {
		Program server = server("--logging.level.rpc=debug");
		Program client = client(ReplyMode.DIRECT, "--logging.level.rpc=debug",
				"--logging.structured.format.console=ecs");
		client.get("/fibonacci/30", "traceparent", TRACEPARENT);
		await().untilAsserted(() -> assertThat(this.collector.trace(TRACE)).hasSize(3));
		String id = TraceCollector.attribute(span("request rpc_queue"), "messaging.message.conversation_id");
		client.awaitLine("\"message\":\"Call %s ended OK .*\"traceId\":\"%s\"|\"traceId\":\"%s\".*\"message\":\"Call %s"
			.formatted(id, TRACE, TRACE, id), Duration.ofSeconds(5));
		server.awaitLine("%s.*%s".formatted(TRACE, id), Duration.ofSeconds(5));
	}

	private String ask(Map<String, Object> headers) throws Exception {
		try (Connection connection = this.programs.host().connect(); Channel channel = connection.createChannel()) {
			BlockingQueue<String> replies = new LinkedBlockingQueue<>();
			channel.basicConsume("amq.rabbitmq.reply-to", true,
					(tag, reply) -> replies.add(new String(reply.getBody(), StandardCharsets.US_ASCII)), (tag) -> {
					});
			channel.basicPublish("", "rpc_queue",
					new BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to")
						.correlationId("1")
						.headers(headers)
						.build(),
					"10".getBytes(StandardCharsets.US_ASCII));
			return String.valueOf(replies.poll(10, TimeUnit.SECONDS));
		}
	}

}
