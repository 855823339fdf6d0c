package io.fibrpc.server;

import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.fibrpc.protocol.RefusalReason;

/**
 * What became of a request. It is noted on the request, in a header that no peer can set,
 * so that whoever measures and traces need not know whoever answers.
 *
 * @param name the status of the reply, or what was done in place of a reply
 * @param status the status of the reply, or {@code null} if there is none
 * @param refusal why the request was refused, or {@code null} if it was not
 */
record Outcome(String name, @Nullable RpcStatus status, @Nullable RefusalReason refusal) {

	static final Outcome OK = new Outcome(RpcStatus.OK.name(), RpcStatus.OK, null);

	static final Outcome INTERNAL = new Outcome(RpcStatus.INTERNAL.name(), RpcStatus.INTERNAL, null);

	static final Outcome DEAD_LETTER = new Outcome("dead_letter", null, null);

	static final Outcome EXPIRED = new Outcome("expired", null, null);

	private static final String HEADER = "fib.outcome";

	static Outcome refused(RefusalReason reason) {
		return new Outcome(RpcStatus.INVALID_ARGUMENT.name(), RpcStatus.INVALID_ARGUMENT, reason);
	}

	void noteOn(Message request) {
		request.getMessageProperties().setHeader(HEADER, this);
	}

	/**
	 * Reads what was noted.
	 * @param request the request
	 * @return its outcome, or {@code null} while there is none
	 */
	static @Nullable Outcome of(Message request) {
		return request.getMessageProperties().getHeader(HEADER);
	}

}
