package io.rabbitrpc.client.call;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConversionException;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

/**
 * Tells whether a reply is a value or a failure. The application's message converter gets
 * only values.
 */
public final class ReplyReader {

	private static final int MAX_SENTENCE_CHARACTERS = 256;

	// One character more than is shown, to know whether there is more. It may be cut in
	// half
	private static final int MAX_SENTENCE_BYTES = RpcHeaders.FAILURE_PREFIX.length()
			+ 4 * (MAX_SENTENCE_CHARACTERS + 1);

	private ReplyReader() {
	}

	/**
	 * Reads a reply.
	 * @param reply the reply
	 * @param converter makes the value of a reply that has one
	 * @param <T> the value
	 * @return the value
	 * @throws RpcException if the reply is a failure, or cannot be converted
	 */
	public static <T> T read(Message reply, Function<Message, T> converter) {
		MessageProperties properties = reply.getMessageProperties();
		Object header = properties.getHeader(RpcHeaders.STATUS);
		// A tutorial's server sends no status
		RpcStatus status = (header != null) ? RpcStatus.ofHeader(header.toString()) : RpcStatus.OK;
		if (status != RpcStatus.OK) {
			Object code = properties.getHeader(RpcHeaders.CODE);
			throw patient(
					RpcException.ofReply(status, sentence(reply.getBody()), (code != null) ? code.toString() : null),
					properties);
		}
		try {
			return converter.apply(reply);
		}
		catch (MessageConversionException ex) {
			throw RpcException
				.ofUnreadableReply("%s: %d bytes %s: '%s'".formatted(ex.getMessage(), reply.getBody().length,
						contentType(properties), Escaped.text(reply.getBody(), Escaped.MAX_CHARACTERS)), ex);
		}
	}

	// An invalid time is ignored
	private static RpcException patient(RpcException outcome, MessageProperties properties) {
		return (outcome.status().isTransient()
				&& properties.getHeader(RpcHeaders.RETRY_AFTER_MILLIS) instanceof Long millis && millis >= 0
				&& millis <= RpcHeaders.LONGEST_RETRY_AFTER.toMillis())
						? outcome.withRetryAfter(Duration.ofMillis(millis)) : outcome;
	}

	// Bytes that are no UTF-8 become U+FFFD
	private static String sentence(byte[] body) {
		String text = new String(body, 0, Math.min(body.length, MAX_SENTENCE_BYTES), StandardCharsets.UTF_8);
		return Escaped.sentence(
				text.startsWith(RpcHeaders.FAILURE_PREFIX) ? text.substring(RpcHeaders.FAILURE_PREFIX.length()) : text,
				MAX_SENTENCE_CHARACTERS);
	}

	// The content type shows whether the peer is Spring's tutorial, which serialises
	private static String contentType(MessageProperties properties) {
		String contentType = properties.getContentType();
		return (contentType != null) ? "of content type " + Escaped.text(contentType) : "without a content type";
	}

}
