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
 * Tells a reply with a value from one with a failure, whatever message converter the
 * application has: only values reach that.
 */
public final class ReplyReader {

	private static final int MAX_SENTENCE_CHARACTERS = 256;

	// Enough to know that there is more. The last character may be a part of one, which
	// is not shown
	private static final int MAX_SENTENCE_BYTES = RpcHeaders.FAILURE_PREFIX.length()
			+ 4 * (MAX_SENTENCE_CHARACTERS + 1);

	private ReplyReader() {
	}

	/**
	 * Reads a reply.
	 * @param reply the reply
	 * @param converter makes a value of one that has a value
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

	// What is no such time is left out
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

	// It names the likeliest foreign peer: Spring's own tutorial serialises
	private static String contentType(MessageProperties properties) {
		String contentType = properties.getContentType();
		return (contentType != null) ? "of content type " + Escaped.text(contentType) : "without a content type";
	}

}
