package io.rabbitrpc.server.request;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

/**
 * Decides whether a request can be answered, before anything is converted or computed.
 */
public final class RequestGuard {

	private static final byte EXTERNAL_TERM = (byte) 131;

	private static final byte NEW_PID = 88;

	private static final byte ATOM_UTF8 = 118;

	private static final byte SMALL_ATOM_UTF8 = 119;

	private static final int PROCESS_HEADER_BYTES = 5;

	private static final int PROCESS_NUMBER_BYTES = 12;

	private final Predicate<String> ownQueues;

	/**
	 * Creates the guard of an application.
	 * @param ownQueues whether a queue is one of requests or of dead letters
	 */
	public RequestGuard(Predicate<String> ownQueues) {
		this.ownQueues = ownQueues;
	}

	/**
	 * Looks at where the reply would go.
	 * @param request the request
	 * @return why no reply can be given, or {@code null} if one can
	 */
	public @Nullable DeadLetterReason deadLetterReason(Message request) {
		String replyTo = request.getMessageProperties().getReplyTo();
		if (replyTo == null || replyTo.isEmpty()) {
			return DeadLetterReason.NO_REPLY_TO;
		}
		if (replyTo.startsWith(RpcHeaders.DIRECT_REPLY_TO)) {
			return isDirectReplyTo(replyTo) ? null : DeadLetterReason.FORGED_REPLY_TO;
		}
		// Spring reads a/b as exchange a and routing key b. So a client could make the
		// server publish where the client itself may not
		if (replyTo.contains("/")) {
			return DeadLetterReason.EXCHANGE_IN_REPLY_TO;
		}
		if (this.ownQueues.test(replyTo)) {
			return DeadLetterReason.OWN_QUEUE;
		}
		if (replyTo.getBytes(StandardCharsets.UTF_8).length > RpcHeaders.MAX_SHORT_STRING_BYTES) {
			return DeadLetterReason.NO_UTF8;
		}
		return null;
	}

	// amq.rabbitmq.reply-to.<process>.<key>, both in base64. RabbitMQ 3 closes the
	// connection that publishes to a forged one. Slashes are base64's own, and Spring
	// reads such a name as a routing key.
	private boolean isDirectReplyTo(String replyTo) {
		String[] parts = replyTo.substring(RpcHeaders.DIRECT_REPLY_TO.length()).split("\\.", -1);
		if (parts.length != 3 || !parts[0].isEmpty() || parts[2].isEmpty()) {
			return false;
		}
		try {
			Base64.getDecoder().decode(parts[2]);
			return isProcess(Base64.getDecoder().decode(parts[1]));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	// Erlang's external term format,
	// https://www.erlang.org/doc/apps/erts/erl_ext_dist.html:
	// 131, 88, the node's name as an atom of UTF-8, 12 bytes of numbers
	private boolean isProcess(byte[] term) {
		if (term.length < PROCESS_HEADER_BYTES || term[0] != EXTERNAL_TERM || term[1] != NEW_PID) {
			return false;
		}
		int nameEnd = switch (term[2]) {
			case SMALL_ATOM_UTF8 -> 4 + Byte.toUnsignedInt(term[3]);
			case ATOM_UTF8 -> 5 + Byte.toUnsignedInt(term[3]) * 256 + Byte.toUnsignedInt(term[4]);
			default -> -1;
		};
		return nameEnd > 0 && term.length == nameEnd + PROCESS_NUMBER_BYTES;
	}

	/**
	 * Looks at whether the body is here.
	 * @param request the request
	 * @return what the caller gets if the body was too large to be taken, or there was no
	 * room for it, else {@code null}
	 */
	public static @Nullable RpcException bodyFailure(Message request) {
		Long bytes = RequestPropertiesConverter.droppedBytes(request);
		if (bytes == null) {
			return null;
		}
		return (bytes < 0)
				? new RpcException(RpcStatus.RESOURCE_EXHAUSTED,
						"the bodies that wait in the server leave no room for this one (%d bytes)".formatted(-bytes),
						false, null)
				: new RpcException(RpcStatus.INVALID_ARGUMENT, "the body is too large (%d bytes)".formatted(bytes));
	}

}
