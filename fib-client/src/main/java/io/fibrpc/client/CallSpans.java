package io.fibrpc.client;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/**
 * Makes a span of each call, from the request to the reply, and puts its context into the
 * request. The attributes are those of OpenTelemetry's semantic conventions.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">RabbitMQ</a>
 */
final class CallSpans {

	private static final String OPERATION = "request";

	private final Tracer tracer;

	private final Propagator propagator;

	private final String requestQueue;

	private final String name;

	/**
	 * Creates it.
	 * @param tracer makes the spans
	 * @param propagator knows the headers that carry a span's context
	 * @param requestQueue queue that requests go to
	 */
	CallSpans(Tracer tracer, Propagator propagator, String requestQueue) {
		this.tracer = tracer;
		this.propagator = propagator;
		this.requestQueue = requestQueue;
		this.name = OPERATION + " " + requestQueue;
	}

	/**
	 * What makes no spans, and costs nothing.
	 * @return spans that are not there
	 */
	static CallSpans none() {
		return new CallSpans(Tracer.NOOP, Propagator.NOOP, "");
	}

	/**
	 * Starts the span of a call, as a child of the span that this thread is in.
	 * @return the span
	 */
	Span start() {
		return this.tracer.spanBuilder()
			.name(this.name)
			.kind(Span.Kind.CLIENT)
			.tag("messaging.system", "rabbitmq")
			.tag("messaging.operation.name", OPERATION)
			.tag("messaging.operation.type", "send")
			.tag("messaging.destination.name", this.requestQueue)
			.start();
	}

	void inject(Span span, Message request) {
		MessageProperties properties = request.getMessageProperties();
		this.propagator.inject(span.context(), properties, (target, name, value) -> properties.setHeader(name, value));
	}

	/**
	 * Ends the span of a call.
	 * @param span the span
	 * @param request the request, if there was one
	 * @param status how the call ended, {@code null} if its caller cancelled it
	 */
	void end(Span span, @Nullable Message request, @Nullable RpcStatus status) {
		if (!span.isNoop()) {
			String correlationId = (request != null) ? request.getMessageProperties().getCorrelationId() : null;
			if (correlationId != null) {
				span.tag("messaging.message.conversation_id", correlationId);
			}
			String name = (status != null) ? status.name() : CallMeters.CANCELLED;
			span.tag("rpc.response.status_code", name);
			if (status != RpcStatus.OK) {
				span.tag("error.type", name);
			}
		}
		span.end();
	}

	/**
	 * Runs something in a span, so that its log lines carry the span's ids.
	 * @param span the span
	 * @param action what is run
	 */
	void within(Span span, Runnable action) {
		Tracer.SpanInScope scope = this.tracer.withSpan(span);
		try {
			action.run();
		}
		finally {
			scope.close();
		}
	}

}
