package io.rabbitrpc.server.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.Escaped;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcHeaders;

/**
 * Takes from a request only the properties that the server uses, and the application's
 * headers. Spring's own converter takes everything. It throws at a delivery mode of 3,
 * before any listener or error handler runs.
 */
public final class RequestPropertiesConverter extends DefaultMessagePropertiesConverter {

	// Failed deliveries. Quorum queues count them, classic queues do not
	private static final String DELIVERY_COUNT = "x-delivery-count";

	private static final String[] TRACE_HEADERS = { "traceparent", "tracestate" };

	private static final int MAX_TRACE_BYTES = 512;

	// amqp-client replaces bytes that are not UTF-8 by this character
	private static final char REPLACEMENT = '\ufffd';

	private final LimitedLog replacedIds = new LimitedLog(LogFactory.getLog(RequestPropertiesConverter.class));

	private final RequestAges ages;

	private final Function<Duration, RequestProperties> factory;

	/**
	 * Creates a converter.
	 * @param ages knows how long requests have waited in this server's buffer
	 * @param factory makes the properties of a request from its age
	 */
	public RequestPropertiesConverter(RequestAges ages, Function<Duration, RequestProperties> factory) {
		this.ages = ages;
		this.factory = factory;
	}

	@Override
	public MessageProperties toMessageProperties(BasicProperties source, @Nullable Envelope envelope, String charset) {
		RequestProperties target = this.factory.apply(this.ages.take(source));
		target.setContentType(
				(source.getContentType() != null) ? source.getContentType() : MessageProperties.CONTENT_TYPE_BYTES);
		target.setContentEncoding(source.getContentEncoding());
		target.setCorrelationId(sendable(source.getCorrelationId()));
		target.setMessageId(sendable(source.getMessageId()));
		noteReplaced(target, (source.getCorrelationId() != null) ? source.getCorrelationId() : source.getMessageId());
		target.setReplyTo(source.getReplyTo());
		target.setExpiration(source.getExpiration());
		if (envelope != null) {
			target.setDeliveryTag(envelope.getDeliveryTag());
			target.setRedelivered(envelope.isRedeliver());
			target.setReceivedExchange(envelope.getExchange());
			target.setReceivedRoutingKey(envelope.getRoutingKey());
		}
		copyHeaders(source.getHeaders(), target);
		if (source.getHeaders() != null && source.getHeaders().get(RpcHeaders.DROPPED) instanceof Long bytes) {
			target.noteDroppedBytes(bytes);
		}
		if (source.getHeaders() != null && source.getHeaders().get(DELIVERY_COUNT) instanceof Number before) {
			target.noteDeliveries(before.longValue() + 1);
		}
		return target;
	}

	/**
	 * The queue that a request came from.
	 * @param request a request that a container hands on
	 * @return the queue's name
	 */
	public static String queue(Message request) {
		return Objects.requireNonNull(request.getMessageProperties().getConsumerQueue(), "a container sets the queue");
	}

	/**
	 * A request's correlation id for a log line or a trace.
	 * @param request a request
	 * @return the id, escaped and cut, or {@code none}
	 */
	public static String loggedId(Message request) {
		String id = request.getMessageProperties().getCorrelationId();
		return (id != null) ? Escaped.text(id) : "none";
	}

	/**
	 * What of a property can be sent back. Bytes that are no UTF-8 grow when they are
	 * read: 255 of them cannot be written again, and the attempt would close the channel.
	 * @param property a short string that a peer sent, or {@code null}
	 * @return the same, or {@code null} if it does not fit into a short string
	 */
	public static @Nullable String sendable(@Nullable String property) {
		boolean fits = property != null
				&& property.getBytes(StandardCharsets.UTF_8).length <= RpcHeaders.MAX_SHORT_STRING_BYTES;
		return fits ? property : null;
	}

	/**
	 * How large the body of a request is, or was if it was not taken.
	 * @param request a request that this converter read
	 * @return its bytes
	 */
	public static long bodyBytes(Message request) {
		Long dropped = droppedBytes(request);
		return (dropped != null) ? Math.abs(dropped) : request.getBody().length;
	}

	/**
	 * How large the body of a request was that was not taken. A peer may send the header
	 * that says so: it counts only if there is no body, and for no more than a body can
	 * have.
	 * @param request a request that this converter read
	 * @return its bytes, negative if there was no room, or {@code null} if it was taken
	 */
	public static @Nullable Long droppedBytes(Message request) {
		Long bytes = RequestProperties.of(request).droppedBytes();
		if (bytes == null || request.getBody().length > 0) {
			return null;
		}
		return Math.max(-Integer.MAX_VALUE, Math.min(bytes, Integer.MAX_VALUE));
	}

	private void noteReplaced(RequestProperties target, @Nullable String id) {
		if (id != null && id.indexOf(REPLACEMENT) >= 0) {
			target.noteIdReplaced();
			this.replacedIds.warn(
					"The id of a request (%s) is not UTF-8: its reply carries another id".formatted(Escaped.text(id)),
					null);
		}
	}

	private void copyHeaders(@Nullable Map<String, Object> headers, RequestProperties target) {
		ApplicationHeaders application = ApplicationHeaders.of(headers);
		application.passed().forEach(target::setHeader);
		target.noteHeadersDropped(application.dropped());
		for (String name : TRACE_HEADERS) {
			if (!(application.passed().get(name) instanceof String value) || value.length() > MAX_TRACE_BYTES) {
				target.getHeaders().remove(name);
			}
		}
	}

}
