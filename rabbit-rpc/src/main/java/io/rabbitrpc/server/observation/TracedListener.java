package io.rabbitrpc.server.observation;

import com.rabbitmq.client.Channel;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

import io.rabbitrpc.SpanAttributes;
import io.rabbitrpc.server.ServerInstance;
import io.rabbitrpc.server.request.Outcome;
import io.rabbitrpc.server.request.RequestProperties;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * Makes a span for the work on each request, from the guard to the reply. The span is a
 * child of the span in the request's headers.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">Semantic
 * conventions for RabbitMQ</a>
 */
final class TracedListener implements ChannelAwareMessageListener {

	private static final String OPERATION = "process";

	private static final Propagator.Getter<Message> HEADERS = (request,
			name) -> (request.getMessageProperties().getHeaders().get(name) instanceof String value) ? value : null;

	private final ChannelAwareMessageListener listener;

	private final Tracer tracer;

	private final Propagator propagator;

	private final String instance;

	TracedListener(ChannelAwareMessageListener listener, Tracer tracer, Propagator propagator,
			ServerInstance instance) {
		this.listener = listener;
		this.tracer = tracer;
		this.propagator = propagator;
		this.instance = instance.name();
	}

	@Override
	public void onMessage(Message request, @Nullable Channel channel) throws Exception {
		Span span = start(request);
		Tracer.SpanInScope scope = this.tracer.withSpan(span);
		try {
			this.listener.onMessage(request, channel);
			note(RequestProperties.of(request).outcome(), span);
		}
		catch (Exception ex) {
			span.error(ex);
			throw ex;
		}
		finally {
			scope.close();
			span.end();
		}
	}

	private Span start(Message request) {
		String queue = RequestPropertiesConverter.queue(request);
		Span.Builder span = SpanAttributes
			.begin(this.propagator.extract(request, HEADERS).kind(Span.Kind.SERVER), OPERATION, OPERATION, queue)
			.tag("messaging.message.body.size", request.getBody().length)
			.tag("messaging.client.id", this.instance);
		if (request.getMessageProperties().getCorrelationId() != null) {
			span.tag("messaging.message.conversation_id", RequestPropertiesConverter.loggedId(request));
		}
		return span.start();
	}

	private void note(@Nullable Outcome outcome, Span span) {
		if (outcome != null) {
			SpanAttributes.end(span, outcome.name(), outcome.status());
		}
	}

}
