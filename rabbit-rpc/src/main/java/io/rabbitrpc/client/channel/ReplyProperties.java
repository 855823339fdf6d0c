package io.rabbitrpc.client.channel;

import java.util.Map;
import java.util.function.IntConsumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageProperties;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.RpcHeaders;

/**
 * Takes from a reply only the properties that the client uses, and the application's
 * headers. A peer may have put anything into the others.
 */
final class ReplyProperties {

	private static final int MAX_HEADER_BYTES = 255;

	private ReplyProperties() {
	}

	/**
	 * Reads them.
	 * @param source the properties of the reply
	 * @param dropped told how many headers of the application are dropped
	 * @return the properties that pass
	 */
	static MessageProperties read(BasicProperties source, IntConsumer dropped) {
		MessageProperties target = new MessageProperties();
		target.setContentType(source.getContentType());
		target.setContentEncoding(source.getContentEncoding());
		target.setCorrelationId(source.getCorrelationId());
		Map<String, Object> headers = source.getHeaders();
		if (headers != null) {
			copy(RpcHeaders.STATUS, headers, target);
			copy(RpcHeaders.SERVER, headers, target);
			copy(RpcHeaders.WORK_MICROS, headers, target);
			copy(RpcHeaders.CODE, headers, target);
			copy(RpcHeaders.RETRY_AFTER_MILLIS, headers, target);
			ApplicationHeaders application = ApplicationHeaders.of(headers);
			application.passed().forEach(target::setHeader);
			dropped.accept(application.dropped());
		}
		return target;
	}

	private static void copy(String name, Map<String, Object> headers, MessageProperties target) {
		@Nullable Object value = headers.get(name);
		if (value instanceof LongString text && text.length() <= MAX_HEADER_BYTES) {
			target.setHeader(name, text.toString());
		}
		else if (value instanceof Number number) {
			target.setHeader(name, number.longValue());
		}
		else if (value != null) {
			// The header is there, but our server would not send such a value
			target.setHeader(name, "");
		}
	}

}
