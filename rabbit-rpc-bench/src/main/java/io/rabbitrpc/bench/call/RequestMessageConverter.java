package io.rabbitrpc.bench.call;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.bench.request.Request;

/**
 * Writes the bytes of requests, and reads the bytes of replies, unchanged and with any
 * content type.
 */
public final class RequestMessageConverter implements MessageConverter {

	private final RequestFormat format;

	/**
	 * Creates a converter.
	 * @param format what all requests have in common
	 */
	public RequestMessageConverter(RequestFormat format) {
		this.format = format;
	}

	@Override
	@SuppressWarnings("NullAway") // If none is set, Spring sends a content type of its
									// own
	public Message toMessage(Object request, @Nullable MessageProperties given) {
		MessageProperties properties = (given != null) ? given : new MessageProperties();
		properties.setContentType(this.format.contentType());
		if (!this.format.headers().isEmpty()) {
			properties.getHeaders().putAll(this.format.headers());
		}
		return new Message(((Request) request).body(), properties);
	}

	@Override
	public byte[] fromMessage(Message reply) {
		return reply.getBody();
	}

}
