package io.fibrpc.client;

import java.math.BigInteger;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.WireNumbers;
import io.fibrpc.protocol.WireProtocol;

/**
 * Writes n into a request and reads the value from a reply. It works on the bytes and
 * never deserialises.
 */
@Component
final class FibonacciMessageConverter implements MessageConverter {

	@Override
	public Message toMessage(Object number, @Nullable MessageProperties properties) {
		int n = (Integer) number;
		if (n < 0) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, "n must be 0 or more, not " + n);
		}
		MessageProperties request = (properties != null) ? properties : new MessageProperties();
		request.setContentType(WireProtocol.CONTENT_TYPE);
		return new Message(WireNumbers.write(BigInteger.valueOf(n)), request);
	}

	@Override
	public BigInteger fromMessage(Message reply) {
		if (!WireNumbers.isReply(reply.getBody())) {
			throw new MessageConversionException("the reply is not a number");
		}
		return WireNumbers.readReply(reply.getBody());
	}

}
