package io.fibrpc.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import io.rabbitrpc.Escaped;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcHeaders;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/**
 * Takes from a request only those properties that the server acts on. The converter that
 * it replaces takes everything, and throws at a delivery mode of 3 before any listener or
 * error handler is reached.
 */
final class RequestPropertiesConverter extends DefaultMessagePropertiesConverter {

	private static final String RECEIVED_HEADER = "fib.received-nanos";

	private static final String AGE_HEADER = "fib.age-nanos";

	private static final String[] TRACE_HEADERS = { "traceparent", "tracestate" };

	private static final int MAX_TRACE_BYTES = 512;

	// What the AMQP library puts in place of bytes that are no UTF-8
	private static final char REPLACEMENT = '\ufffd';

	private final LimitedLog replacedIds = new LimitedLog(LogFactory.getLog(RequestPropertiesConverter.class));

	private final RequestAges ages;

	private final Runnable idReplaced;

	/**
	 * Creates a converter.
	 * @param ages how long requests have waited
	 * @param idReplaced told of each request whose id is no UTF-8
	 */
	RequestPropertiesConverter(RequestAges ages, Runnable idReplaced) {
		this.ages = ages;
		this.idReplaced = idReplaced;
	}

	@Override
	public MessageProperties toMessageProperties(BasicProperties source, @Nullable Envelope envelope, String charset) {
		MessageProperties target = new MessageProperties();
		target.setContentType(
				(source.getContentType() != null) ? source.getContentType() : MessageProperties.CONTENT_TYPE_BYTES);
		target.setContentEncoding(source.getContentEncoding());
		target.setCorrelationId(sendable(source.getCorrelationId()));
		target.setMessageId(sendable(source.getMessageId()));
		noteReplaced((source.getCorrelationId() != null) ? source.getCorrelationId() : source.getMessageId());
		target.setReplyTo(source.getReplyTo());
		target.setExpiration(source.getExpiration());
		if (envelope != null) {
			target.setDeliveryTag(envelope.getDeliveryTag());
			target.setRedelivered(envelope.isRedeliver());
			target.setReceivedExchange(envelope.getExchange());
			target.setReceivedRoutingKey(envelope.getRoutingKey());
		}
		copyTraceHeaders(source.getHeaders(), target);
		if (source.getHeaders() != null && source.getHeaders().get(RpcHeaders.DROPPED) instanceof Long bytes) {
			target.setHeader(RpcHeaders.DROPPED, bytes);
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
	static long receivedNanos(Message request) {
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
	 * A request's correlation id for a log line or a trace.
	 * @param request a request
	 * @return the id, escaped and cut, or {@code none}
	 */
	static String loggedId(Message request) {
		String id = request.getMessageProperties().getCorrelationId();
		return (id != null) ? Escaped.text(id) : "none";
	}

	/**
	 * What of a property can be sent back. Bytes that are no UTF-8 grow when they are
	 * read: 255 of them cannot be written again, and the attempt would close the channel.
	 * @param property a short string that a peer sent, or {@code null}
	 * @return the same, or {@code null} if it does not fit into a short string
	 */
	static @Nullable String sendable(@Nullable String property) {
		boolean fits = property != null
				&& property.getBytes(StandardCharsets.UTF_8).length <= RpcHeaders.MAX_SHORT_STRING_BYTES;
		return fits ? property : null;
	}

	/**
	 * How large the body of a request was that was too large to be taken.
	 * @param properties the request's properties, which this converter read
	 * @return its bytes, or {@code null} if the body is here
	 */
	static @Nullable Long droppedBytes(MessageProperties properties) {
		return properties.getHeader(RpcHeaders.DROPPED);
	}

	private void noteReplaced(@Nullable String id) {
		if (id != null && id.indexOf(REPLACEMENT) >= 0) {
			this.idReplaced.run();
			this.replacedIds.warn(
					"The id of a request (%s) is no UTF-8: its reply carries another id".formatted(Escaped.text(id)),
					null);
		}
	}

	private void copyTraceHeaders(@Nullable Map<String, Object> headers, MessageProperties target) {
		if (headers == null) {
			return;
		}
		for (String name : TRACE_HEADERS) {
			if (headers.get(name) instanceof LongString value && value.length() <= MAX_TRACE_BYTES) {
				target.setHeader(name, value.toString());
			}
		}
	}

}
