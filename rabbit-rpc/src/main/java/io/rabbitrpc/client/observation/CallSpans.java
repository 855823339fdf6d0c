package io.rabbitrpc.client.observation;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcStatus;

/**
 * Makes a span of each attempt to make a call.
 */
@FunctionalInterface
interface CallSpans {

	/** Makes none. */
	CallSpans NONE = (destination) -> new CallSpan() {
	};

	/**
	 * Starts a span, as a child of the span that this thread is in.
	 * @param destination where the request goes
	 * @return the span
	 */
	CallSpan start(String destination);

	/**
	 * A span.
	 */
	interface CallSpan {

		/**
		 * Puts its context into the request.
		 * @param request the request
		 */
		default void inject(Message request) {
		}

		/**
		 * Runs something in it, so that its log lines carry the span's ids.
		 * @param action what is run
		 */
		default void within(Runnable action) {
			action.run();
		}

		/**
		 * Ends it.
		 * @param request the request, if there was one
		 * @param status how the attempt ended, {@code null} if its caller cancelled it
		 */
		default void end(@Nullable Message request, @Nullable RpcStatus status) {
		}

	}

}
