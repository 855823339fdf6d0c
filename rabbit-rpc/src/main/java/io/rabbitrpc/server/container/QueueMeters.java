package io.rabbitrpc.server.container;

import java.util.function.Function;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.request.DeadLetterReason;

/**
 * Counts what happens to the requests of one queue. The default methods count nothing.
 */
public interface QueueMeters {

	/** A request came that RabbitMQ had delivered before. */
	default void redelivered() {
	}

	/** A request came whose id is not UTF-8, so its reply has another id. */
	default void idReplaced() {
	}

	/**
	 * The broker has a reply.
	 * @param status the reply's status
	 * @param nanos time from reading the request to the reply
	 */
	default void answered(RpcStatus status, long nanos) {
	}

	/**
	 * Headers of a request or its reply were dropped.
	 * @param count how many, which may be none
	 */
	default void headersDropped(int count) {
	}

	/** A request was dropped because nobody waits for its reply. */
	default void expired() {
	}

	/** A listener ended after its request had timed out, so its result is dropped. */
	default void lateResult() {
	}

	/** The broker refused a reply, or did not take it while the caller waited. */
	default void replyFailed() {
	}

	/**
	 * A request is kept in the dead letters.
	 * @param reason why it cannot be answered
	 */
	default void kept(DeadLetterReason reason) {
	}

	/** A request could neither be answered nor kept. */
	default void notKept() {
	}

	/**
	 * Makes the meters of a queue.
	 */
	interface Factory extends Function<ServedQueue, QueueMeters> {

	}

}
