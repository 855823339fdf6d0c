package io.fibrpc.systemtests.observation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Receives spans by OTLP over HTTP and keeps them.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/">OTLP</a>
 */
final class TraceCollector implements AutoCloseable {

	private final HttpServer server;

	private final List<Span> spans = new CopyOnWriteArrayList<>();

	private TraceCollector(HttpServer server) {
		this.server = server;
		server.createContext("/v1/traces", this::receive);
		server.start();
	}

	static TraceCollector start() throws IOException {
		return new TraceCollector(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			ExportTraceServiceRequest.parseFrom(exchange.getRequestBody())
				.getResourceSpansList()
				.forEach((resource) -> resource.getScopeSpansList()
					.forEach((scope) -> this.spans.addAll(scope.getSpansList())));
			exchange.sendResponseHeaders(200, -1);
		}
	}

	/**
	 * Settings that let a program send every span here, soon.
	 * @return arguments
	 */
	String[] settings() {
		return new String[] { "--management.tracing.export.enabled=true", "--management.tracing.sampling.probability=1",
				"--management.opentelemetry.tracing.export.schedule-delay=100ms",
				"--management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:%d/v1/traces"
					.formatted(this.server.getAddress().getPort()) };
	}

	List<Span> spans() {
		return this.spans;
	}

	/**
	 * The spans of one trace.
	 * @param traceId its id, 32 hexadecimal digits
	 * @return those that have come
	 */
	List<Span> trace(String traceId) {
		return this.spans.stream().filter((span) -> hex(span.getTraceId()).equals(traceId)).toList();
	}

	static String hex(ByteString id) {
		return HexFormat.of().formatHex(id.toByteArray());
	}

	static String attribute(Span span, String name) {
		return span.getAttributesList()
			.stream()
			.filter((attribute) -> attribute.getKey().equals(name))
			.map(KeyValue::getValue)
			.map((value) -> value.hasIntValue() ? String.valueOf(value.getIntValue()) : value.getStringValue())
			.findFirst()
			.orElse("");
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
