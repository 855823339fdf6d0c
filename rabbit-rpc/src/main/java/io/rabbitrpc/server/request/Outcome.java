package io.rabbitrpc.server.request;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;

/**
 * What happened to a request.
 *
 * @param name the name of the status, or what was done without a reply
 * @param status the status of the reply, or {@code null} if there is none
 */
public record Outcome(String name, @Nullable RpcStatus status) {

	/** It is kept as a dead letter, because it cannot be answered. */
	public static final Outcome DEAD_LETTER = new Outcome("dead_letter", null);

	/** It was dropped, because nobody waits for its reply any more. */
	public static final Outcome EXPIRED = new Outcome("expired", null);

	public static Outcome of(RpcStatus status) {
		return new Outcome(status.name(), status);
	}

}
