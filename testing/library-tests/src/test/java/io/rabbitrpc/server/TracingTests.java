package io.rabbitrpc.server;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the spans of requests.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class TracingTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String PARENT = "b7ad6b7169203331";

	private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final RunningListener server = RunningListener.start(this.virtualHost.springProperties(),
			List.of(Exporting.class), "--rabbit.rpc.server.instance=alpha", "--delay=10ms",
			"--spring.rabbitmq.listener.direct.prefetch=10");

	private final Spans spans = this.server.bean(Spans.class);

	@AfterAll
	void stop() {
		this.server.close();
		this.virtualHost.close();
	}

	@BeforeEach
	void forgetSpans() {
		this.spans.finished.clear();
	}

	@Test
	void aRequestIsAChildOfItsCallersSpan() throws Exception {
		TestPeer peer = TestPeer.connect(this.virtualHost);
		Delivery reply = peer.call("30", traced(TRACEPARENT).correlationId("a\nb"));
		SpanData span = span();
		assertThat(span.getName()).isEqualTo("process work");
		assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
		assertThat(span.getTraceId()).isEqualTo(TRACE);
		assertThat(span.getParentSpanId()).isEqualTo(PARENT);
		assertThat(attributes(span)).containsExactlyInAnyOrderEntriesOf(Map.of("messaging.system", "rabbitmq",
				"messaging.operation.name", "process", "messaging.operation.type", "process",
				"messaging.destination.name", RunningListener.QUEUE, "messaging.message.conversation_id", "a\\x0ab",
				"messaging.message.body.size", "2", "messaging.client.id", "alpha", "rpc.response.status_code", "OK"));
		assertThat(reply.getProperties().getHeaders()).doesNotContainKeys("traceparent", "tracestate", "b3");
	}

	@Test
	void aRefusedRequestHasItsStatusAsErrorType() throws Exception {
		TestPeer.connect(this.virtualHost).call("abc", TestPeer.request());
		assertThat(attributes(span())).containsEntry("rpc.response.status_code", "INVALID_ARGUMENT")
			.containsEntry("error.type", "INVALID_ARGUMENT");
	}

	@Test
	void aDeadLetterIsAnErrorWithoutStatusAndItsLogLineHasTheTrace() throws Exception {
		List<String> traces = new CopyOnWriteArrayList<>();
		Logger logger = (Logger) LoggerFactory.getLogger(DeadLetters.class);
		Appender<ILoggingEvent> appender = new TraceAppender(this.server.bean(Tracer.class), "correlation id 4711",
				traces);
		appender.start();
		logger.addAppender(appender);
		try {
			TestPeer.connect(this.virtualHost).send("30", traced(TRACEPARENT).replyTo(null).correlationId("4711"));
			assertThat(attributes(span())).containsEntry("error.type", "dead_letter")
				.doesNotContainKey("rpc.response.status_code");
		}
		finally {
			logger.detachAppender(appender);
		}
		assertThat(traces).containsExactly(TRACE);
	}

	@Test
	void anExpiredRequestIsAnErrorWithoutStatus() throws Exception {
		TestPeer peer = TestPeer.connect(this.virtualHost);
		for (int i = 0; i < 5; i++) {
			peer.send("30", TestPeer.request());
		}
		peer.send("31", TestPeer.request().expiration("5"));
		await().atMost(Duration.ofSeconds(10)).until(() -> this.spans.finished.size() == 6);
		assertThat(this.spans.finished).extracting((span) -> attributes(span).get("error.type")).contains("expired");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "00-0-0-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
			"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
			"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" })
	void aMalformedParentIsIgnored(String traceparent) throws Exception {
		TestPeer.connect(this.virtualHost).call("30", traced(traceparent));
		SpanData span = span();
		assertThat(span.getParentSpanContext().isValid()).isFalse();
		assertThat(span.getTraceId()).isNotEqualTo(TRACE);
	}

	private static BasicProperties.Builder traced(String traceparent) {
		return TestPeer.request().headers(Map.of("traceparent", traceparent));
	}

	private SpanData span() {
		await().atMost(Duration.ofSeconds(10)).until(() -> this.spans.finished.size() == 1);
		return this.spans.finished.get(0);
	}

	private static Map<String, String> attributes(SpanData span) {
		return span.getAttributes()
			.asMap()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((entry) -> entry.getKey().getKey(), (entry) -> String.valueOf(entry.getValue())));
	}

	/**
	 * Keeps spans where the test finds them.
	 */
	static final class Spans implements SpanExporter {

		private final List<SpanData> finished = new CopyOnWriteArrayList<>();

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.finished.addAll(spans);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	/**
	 * Keeps the traces that log lines belong to.
	 */
	private static final class TraceAppender extends AppenderBase<ILoggingEvent> {

		private final Tracer tracer;

		private final String words;

		private final List<String> traces;

		TraceAppender(Tracer tracer, String words, List<String> traces) {
			this.tracer = tracer;
			this.words = words;
			this.traces = traces;
		}

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getFormattedMessage().contains(this.words)) {
				Span span = this.tracer.currentSpan();
				this.traces.add((span != null) ? span.context().traceId() : "none");
			}
		}

	}

	/**
	 * Traces to the test, as Boot's auto-configuration does.
	 */
	static class Exporting {

		@Bean
		Spans spans() {
			return new Spans();
		}

		@Bean
		SdkTracerProvider tracerProvider(Spans spans) {
			return SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
		}

		@Bean
		Tracer tracer(SdkTracerProvider provider) {
			return new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), (event) -> {
			});
		}

		@Bean
		Propagator propagator(SdkTracerProvider provider) {
			return new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()),
					provider.get("test"));
		}

	}

}
