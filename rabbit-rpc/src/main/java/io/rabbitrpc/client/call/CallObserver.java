package io.rabbitrpc.client.call;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

/**
 * Sees each attempt to make a call, from its start to its end.
 */
public interface CallObserver {

	/** Sees nothing. */
	CallObserver NONE = (destination) -> new Attempt() {
	};

	/**
	 * Sees an attempt begin, on the caller's thread.
	 * @param destination the queue, or exchange and routing key with a colon between
	 * @return the attempt, to be told what becomes of it
	 */
	Attempt start(String destination);

	/**
	 * Sees that a call is made again.
	 * @param destination as in {@link #start}
	 */
	default void retried(String destination) {
	}

	/**
	 * Sees that application headers of a request or a reply do not pass.
	 * @param destination as in {@link #start}
	 * @param count how many, 1 or more
	 */
	default void headersDropped(String destination, int count) {
	}

	/**
	 * An attempt that is being made.
	 */
	interface Attempt {

		/**
		 * Sees the request just before it is written, and may add headers.
		 * @param request the request
		 */
		default void sending(Message request) {
		}

		/**
		 * Sees the outcome before the caller does. Exactly one is given, except that of a
		 * reply that is a failure both are.
		 * @param reply the reply
		 * @param failure why there is no value; a
		 * {@link java.util.concurrent.CancellationException} if the caller has cancelled
		 */
		default void ended(@Nullable Message reply, @Nullable Throwable failure) {
		}

	}

}
