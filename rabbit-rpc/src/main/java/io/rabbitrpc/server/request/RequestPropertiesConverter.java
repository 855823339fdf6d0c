package io.rabbitrpc.server.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

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
 * Takes from a request only those properties that the server acts on, and the
 * application's headers. The converter that it replaces takes everything, and throws at a
 * delivery mode of 3 before any listener or error handler is reached.
 */
public final class RequestPropertiesConverter extends DefaultMessagePropertiesConverter {

	private static final String RECEIVED_HEADER = "x-rpc-received-nanos";

	private static final String AGE_HEADER = "x-rpc-age-nanos";

	private static final String ID_REPLACED_HEADER = "x-rpc-id-replaced";

	private static final String HEADERS_DROPPED_HEADER = "x-rpc-headers-dropped";

	private static final String DELIVERIES_HEADER = "x-rpc-deliveries";

	// Those in vain. Quorum queues count them, classic queues do not.
	private static final String DELIVERY_COUNT = "x-delivery-count";

	private static final String[] TRACE_HEADERS = { "traceparent", "tracestate" };

	private static final int MAX_TRACE_BYTES = 512;

	// What the AMQP library puts in place of bytes that are no UTF-8
	private static final char REPLACEMENT = '\ufffd';

	private final LimitedLog replacedIds = new LimitedLog(LogFactory.getLog(RequestPropertiesConverter.class));

	private final RequestAges ages;

	public RequestPropertiesConverter(RequestAges ages) {
		this.ages = ages;
	}

	@Override
	public MessageProperties toMessageProperties(BasicProperties source, @Nullable Envelope envelope, String charset) {
		MessageProperties target = new MessageProperties();
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
			target.setHeader(RpcHeaders.DROPPED, bytes);
		}
		if (source.getHeaders() != null && source.getHeaders().get(DELIVERY_COUNT) instanceof Number before) {
			target.setHeader(DELIVERIES_HEADER, before.longValue() + 1);
		}
		target.setHeader(RECEIVED_HEADER, System.nanoTime());
		target.setHeader(AGE_HEADER, this.ages.take(source).toNanos());
		return target;
	}

	/**
	 * When the server began to work on a request.
	 * @param request a request that this converter read
	 * @return that moment, by {@link System#nanoTime}
	 */
	public static long receivedNanos(Message request) {
		Long nanos = request.getMessageProperties().getHeader(RECEIVED_HEADER);
		return (nanos != null) ? nanos : System.nanoTime();
	}

	/**
	 * How long a request had waited in this server's buffer when it was read.
	 * @param request a request that this converter read
	 * @return that time, zero if it is not known
	 */
	static Duration age(Message request) {
		Long nanos = request.getMessageProperties().getHeader(AGE_HEADER);
		return (nanos != null) ? Duration.ofNanos(nanos) : Duration.ZERO;
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
	 * Whether the id of a request is no UTF-8, so that its reply has another one.
	 * @param request a request that this converter read
	 * @return whether that is so
	 */
	public static boolean isIdReplaced(Message request) {
		return request.getMessageProperties().getHeaders().containsKey(ID_REPLACED_HEADER);
	}

	/**
	 * How often a request has been delivered, with this time.
	 * @param request a request that this converter read
	 * @return that number, 1 if it is not known
	 */
	public static long deliveries(Message request) {
		Long deliveries = request.getMessageProperties().getHeader(DELIVERIES_HEADER);
		return (deliveries != null) ? deliveries : 1;
	}

	/**
	 * How many of a request's headers were dropped.
	 * @param request a request that this converter read
	 * @return that number
	 */
	public static int headersDropped(Message request) {
		Integer dropped = request.getMessageProperties().getHeader(HEADERS_DROPPED_HEADER);
		return (dropped != null) ? dropped : 0;
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
	 * How large the body of a request was that was not taken.
	 * @param properties the request's properties, which this converter read
	 * @return its bytes, negative if there was only no room for it, or {@code null} if
	 * the body is here
	 */
	static @Nullable Long droppedBytes(MessageProperties properties) {
		return properties.getHeader(RpcHeaders.DROPPED);
	}

	/**
	 * How large the body of a request is, or was if it was not taken.
	 * @param request a request that this converter read
	 * @return its bytes
	 */
	public static long bodyBytes(Message request) {
		Long dropped = droppedBytes(request.getMessageProperties());
		return (dropped != null) ? Math.abs(dropped) : request.getBody().length;
	}

	private void noteReplaced(MessageProperties target, @Nullable String id) {
		if (id != null && id.indexOf(REPLACEMENT) >= 0) {
			target.setHeader(ID_REPLACED_HEADER, true);
			this.replacedIds.warn(
					"The id of a request (%s) is no UTF-8: its reply carries another id".formatted(Escaped.text(id)),
					null);
		}
	}

	private void copyHeaders(@Nullable Map<String, Object> headers, MessageProperties target) {
		ApplicationHeaders application = ApplicationHeaders.of(headers);
		application.passed().forEach(target::setHeader);
		if (application.dropped() > 0) {
			target.setHeader(HEADERS_DROPPED_HEADER, application.dropped());
		}
		for (String name : TRACE_HEADERS) {
			if (!(application.passed().get(name) instanceof String value) || value.length() > MAX_TRACE_BYTES) {
				target.getHeaders().remove(name);
			}
		}
	}

}
