package io.rabbitrpc.client.observation;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;

/**
 * Counts attempts to make calls, for each destination.
 */
interface CallMeters {

	/** Counts nothing. */
	CallMeters NONE = new CallMeters() {
	};

	/**
	 * Counts an attempt that has ended.
	 * @param queue where it went
	 * @param status how it ended, {@code null} if its caller cancelled it
	 * @param nanos how long it took
	 */
	default void ended(String queue, @Nullable RpcStatus status, long nanos) {
	}

	/**
	 * Splits the time of an attempt that was answered.
	 * @param queue where it went
	 * @param work how long the server worked
	 * @param nanos how long the attempt took
	 */
	default void answered(String queue, Duration work, long nanos) {
	}

	/**
	 * Counts an attempt that is not the first of its call.
	 * @param queue where it goes
	 */
	default void retried(String queue) {
	}

	/**
	 * Counts application headers that were dropped.
	 * @param queue where the request goes
	 * @param count how many, of the request or its reply
	 */
	default void headersDropped(String queue, int count) {
	}

}
