package io.rabbitrpc.bench.call;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.bench.request.Request;

/**
 * Writes requests as they are, and takes the body of a reply as it is, whatever its
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
	@SuppressWarnings("NullAway") // Without a content type set, Spring sends one of its
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
