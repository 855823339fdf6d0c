package io.rabbitrpc.server.request;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcStatus;

/**
 * What became of a request. It is noted on the request, in a header that no peer can set,
 * so that whoever measures and traces need not know whoever answers.
 *
 * @param name the status of the reply, or what was done in place of a reply
 * @param status the status of the reply, or {@code null} if there is none
 */
public record Outcome(String name, @Nullable RpcStatus status) {

	/** It is kept as a dead letter, because it cannot be answered. */
	public static final Outcome DEAD_LETTER = new Outcome("dead_letter", null);

	/** It was dropped, because nobody waits for the reply any more. */
	public static final Outcome EXPIRED = new Outcome("expired", null);

	private static final String HEADER = "x-rpc-outcome";

	public static Outcome of(RpcStatus status) {
		return new Outcome(status.name(), status);
	}

	public void noteOn(Message request) {
		request.getMessageProperties().setHeader(HEADER, this);
	}

	/**
	 * Reads what was noted.
	 * @param request the request
	 * @return its outcome, or {@code null} while there is none
	 */
	public static @Nullable Outcome of(Message request) {
		return request.getMessageProperties().getHeader(HEADER);
	}

}
