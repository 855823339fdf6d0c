package io.rabbitrpc;

import io.micrometer.tracing.Span;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that the spans of both sides have: those of OpenTelemetry's semantic
 * conventions. Only who makes spans loads it: Micrometer Tracing is optional. Internal:
 * applications have no use for it.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">RabbitMQ</a>
 */
public final class SpanAttributes {

	private SpanAttributes() {
	}

	/**
	 * Names a span, and says what is done.
	 * @param span the span to be
	 * @param operation the name of what is done
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
	 * Says how it ended.
	 * @param span the span
	 * @param name the status, or what became of a request that has none
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
