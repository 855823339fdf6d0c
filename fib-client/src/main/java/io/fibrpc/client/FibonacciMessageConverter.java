package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;

import io.fibrpc.protocol.WireNumbers;
import io.fibrpc.protocol.WireProtocol;

/**
 * Writes n into a request and reads the value from a reply, strictly, to and from bytes.
 * Nothing is ever deserialised. A reply that carries a failure becomes an
 * {@link RpcException}.
 */
final class FibonacciMessageConverter implements MessageConverter {

	private static final int MAX_SENTENCE_CHARACTERS = 256;

	@Override
	public Message toMessage(Object n, @Nullable MessageProperties properties) {
		MessageProperties request = (properties != null) ? properties : new MessageProperties();
		request.setContentType(WireProtocol.CONTENT_TYPE);
		return new Message(WireNumbers.write(BigInteger.valueOf((Integer) n)), request);
	}

	@Override
	public FibonacciReply fromMessage(Message reply) {
		MessageProperties properties = reply.getMessageProperties();
		Object status = properties.getHeader(RpcHeaders.STATUS);
		// A tutorial's server sends no status: digits mean success, all else a fault
		RpcStatus outcome = (status != null) ? RpcStatus.ofHeader(status.toString()) : RpcStatus.OK;
		if (outcome != RpcStatus.OK) {
			throw new RpcException(outcome, sentence(reply.getBody()), outcome != RpcStatus.INVALID_ARGUMENT, null);
		}
		byte[] body = reply.getBody();
		if (!WireNumbers.isReply(body)) {
			throw new RpcException(RpcStatus.INTERNAL, "the reply is no number but %d bytes %s: '%s'".formatted(
					body.length, contentType(properties), Escaped.text(body, Escaped.MAX_CHARACTERS)), true, null);
		}
		return new FibonacciReply(WireNumbers.readReply(body), server(properties), work(properties));
	}

	private String sentence(byte[] body) {
		String text = Escaped.text(body, MAX_SENTENCE_CHARACTERS);
		return text.startsWith(RpcHeaders.FAILURE_PREFIX) ? text.substring(RpcHeaders.FAILURE_PREFIX.length()) : text;
	}

	// It names the likeliest foreign peer: Spring's own tutorial serialises
	private String contentType(MessageProperties properties) {
		String contentType = properties.getContentType();
		return (contentType != null) ? "of content type " + Escaped.text(contentType) : "without a content type";
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
