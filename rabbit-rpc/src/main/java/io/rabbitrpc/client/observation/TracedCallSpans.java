package io.rabbitrpc.client.observation;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import io.rabbitrpc.RpcStatus;

/**
 * Makes spans by Micrometer. Their attributes are those of OpenTelemetry's semantic
 * conventions.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">RabbitMQ</a>
 */
final class TracedCallSpans implements CallSpans {

	private static final String OPERATION = "request";

	private final Tracer tracer;

	private final Propagator propagator;

	/**
	 * Creates it.
	 * @param tracer makes the spans
	 * @param propagator knows the headers that carry a span's context
	 */
	TracedCallSpans(Tracer tracer, Propagator propagator) {
		this.tracer = tracer;
		this.propagator = propagator;
	}

	@Override
	public CallSpan start(String destination) {
		return new TracedCallSpan(this.tracer.spanBuilder()
			.name(OPERATION + " " + destination)
			.kind(Span.Kind.CLIENT)
			.tag("messaging.system", "rabbitmq")
			.tag("messaging.operation.name", OPERATION)
			.tag("messaging.operation.type", "send")
			.tag("messaging.destination.name", destination)
			.start());
	}

	/**
	 * A span of Micrometer's.
	 */
	private final class TracedCallSpan implements CallSpan {

		private final Span span;

		TracedCallSpan(Span span) {
			this.span = span;
		}

		@Override
		public void inject(Message request) {
			MessageProperties properties = request.getMessageProperties();
			TracedCallSpans.this.propagator.inject(this.span.context(), properties,
					(target, name, value) -> properties.setHeader(name, value));
		}

		@Override
		public void within(Runnable action) {
			Tracer.SpanInScope scope = TracedCallSpans.this.tracer.withSpan(this.span);
			try {
				action.run();
			}
			finally {
				scope.close();
			}
		}

		@Override
		public void end(@Nullable Message request, @Nullable RpcStatus status) {
			if (!this.span.isNoop()) {
				String correlationId = (request != null) ? request.getMessageProperties().getCorrelationId() : null;
				if (correlationId != null) {
					this.span.tag("messaging.message.conversation_id", correlationId);
				}
				String name = (status != null) ? status.name() : RpcStatus.CANCELLED.name();
				this.span.tag("rpc.response.status_code", name);
				if (status != RpcStatus.OK) {
					this.span.tag("error.type", name);
				}
			}
			this.span.end();
		}

	}

}
