package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;

import io.fibrpc.protocol.WireNumbers;
import io.fibrpc.protocol.WireProtocol;

/**
 * Writes n into a request and reads the value from a reply, strictly, to and from bytes.
 * Nothing is ever deserialised.
 */
final class FibonacciMessageConverter implements MessageConverter {

	@Override
	public Message toMessage(Object n, @Nullable MessageProperties properties) {
		MessageProperties request = (properties != null) ? properties : new MessageProperties();
		request.setContentType(WireProtocol.CONTENT_TYPE);
		return new Message(WireNumbers.write(BigInteger.valueOf((Integer) n)), request);
	}

	@Override
	public FibonacciReply fromMessage(Message reply) {
		byte[] body = reply.getBody();
		if (!WireNumbers.isReply(body)) {
			throw new MessageConversionException("the reply is no number");
		}
		MessageProperties properties = reply.getMessageProperties();
		return new FibonacciReply(WireNumbers.readReply(body), server(properties), work(properties));
	}

	private @Nullable String server(MessageProperties properties) {
		Object server = properties.getHeader(RpcHeaders.SERVER);
		return (server != null) ? Escaped.text(server.toString()) : null;
	}

	private @Nullable Duration work(MessageProperties properties) {
		Object work = properties.getHeader(RpcHeaders.WORK_MICROS);
		return (work instanceof Long micros && micros >= 0) ? Duration.of(micros, ChronoUnit.MICROS) : null;
	}

}
