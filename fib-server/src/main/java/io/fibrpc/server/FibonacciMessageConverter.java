package io.fibrpc.server;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;

import io.rabbitrpc.Escaped;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.InvalidRequestException;
import io.fibrpc.protocol.WireNumbers;
import io.fibrpc.protocol.WireProtocol;

/**
 * Reads n from a request and writes the result into a reply. It works on the bytes, and
 * never deserialises or decompresses.
 */
@Component
final class FibonacciMessageConverter implements MessageConverter {

	private static final Set<String> ENCODINGS = Set.of("identity", "utf-8", "us-ascii");

	private final int maxN;

	FibonacciMessageConverter(FibonacciServerProperties properties) {
		this.maxN = properties.maxN();
	}

	@Override
	public Integer fromMessage(Message request) {
		MessageProperties properties = request.getMessageProperties();
		String contentType = properties.getContentType();
		if (!isText(contentType)) {
			throw new InvalidRequestException(
					"the content type must be text/plain, application/octet-stream or none, not '%s'"
						.formatted(Escaped.text(contentType)));
		}
		String encoding = properties.getContentEncoding();
		if (encoding != null && !ENCODINGS.contains(encoding.toLowerCase(Locale.ROOT))) {
			throw new InvalidRequestException(
					"the content encoding must be utf-8, us-ascii or none, not '%s'".formatted(Escaped.text(encoding)));
		}
		return WireNumbers.readRequest(request.getBody(), this.maxN);
	}

	private boolean isText(String contentType) {
		String lowerCase = contentType.toLowerCase(Locale.ROOT);
		return lowerCase.startsWith("text/") || lowerCase.equals(MessageProperties.CONTENT_TYPE_BYTES);
	}

	@Override
	public Message toMessage(Object result, @Nullable MessageProperties properties) {
		MessageProperties reply = new MessageProperties();
		reply.setContentType(WireProtocol.CONTENT_TYPE);
		return new Message(WireNumbers.write((BigInteger) result), reply);
	}

}
