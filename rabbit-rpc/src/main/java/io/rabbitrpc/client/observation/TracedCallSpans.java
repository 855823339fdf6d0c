package io.rabbitrpc.client.observation;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.SpanAttributes;

/**
 * Makes spans by Micrometer.
 */
final class TracedCallSpans implements CallSpans {

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
		Span.Builder span = this.tracer.spanBuilder().kind(Span.Kind.CLIENT);
		return new TracedCallSpan(SpanAttributes.begin(span, "request", "send", destination).start());
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
				RpcStatus outcome = (status != null) ? status : RpcStatus.CANCELLED;
				SpanAttributes.end(this.span, outcome.name(), outcome);
			}
			this.span.end();
		}

	}

}
