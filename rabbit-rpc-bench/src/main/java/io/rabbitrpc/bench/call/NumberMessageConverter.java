package io.rabbitrpc.bench.call;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;

/**
 * Writes a number into a request as digits, and takes the body of a reply as it is.
 */
public final class NumberMessageConverter implements MessageConverter {

	@Override
	public Message toMessage(Object n, @Nullable MessageProperties properties) {
		MessageProperties request = (properties != null) ? properties : new MessageProperties();
		request.setContentType(Requests.CONTENT_TYPE);
		return new Message(Requests.body((Integer) n), request);
	}

	@Override
	public byte[] fromMessage(Message reply) {
		return reply.getBody();
	}

}
