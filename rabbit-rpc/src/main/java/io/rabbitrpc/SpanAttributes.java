package io.rabbitrpc;

import io.micrometer.tracing.Span;
import org.jspecify.annotations.Nullable;

/**
 * Sets the attributes of the spans of both sides, by OpenTelemetry's semantic
 * conventions. Only code that makes spans loads this class, because Micrometer Tracing is
 * optional. It is internal: applications have no use for it.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">RabbitMQ</a>
 */
public final class SpanAttributes {

	private SpanAttributes() {
	}

	/**
	 * Sets name and attributes of a span.
	 * @param span the span before it is started
	 * @param operation the name of the operation
	 * @param type its type, of the conventions' list
	 * @param destination the queue, or exchange and routing key
	 * @return the same
	 */
	public static Span.Builder begin(Span.Builder span, String operation, String type, String destination) {
		return span.name(operation + " " + destination)
			.tag("messaging.system", "rabbitmq")
			.tag("messaging.operation.name", operation)
			.tag("messaging.operation.type", type)
			.tag("messaging.destination.name", destination);
	}

	/**
	 * Sets how the operation ended.
	 * @param span the span
	 * @param name the name of the status, or of the outcome if the request has no status
	 * @param status the status, or {@code null} if there is none
	 */
	public static void end(Span span, String name, @Nullable RpcStatus status) {
		if (status != null) {
			span.tag("rpc.response.status_code", name);
		}
		if (status != RpcStatus.OK) {
			span.tag("error.type", name);
		}
	}

}
