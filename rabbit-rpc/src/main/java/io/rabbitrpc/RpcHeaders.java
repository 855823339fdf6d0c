package io.rabbitrpc;

import java.time.Duration;

/**
 * The names on the wire that all queues share. {@code docs/protocol.md} specifies them.
 */
public final class RpcHeaders {

	/** Reply header: the name of the {@link RpcStatus}. */
	public static final String STATUS = "x-rpc-status";

	/** Reply header of a failure: the application's own code for it. */
	public static final String CODE = "x-rpc-code";

	/**
	 * Reply header of {@link RpcStatus#UNAVAILABLE} and
	 * {@link RpcStatus#RESOURCE_EXHAUSTED}: how many milliseconds the caller shall wait
	 * before it asks again.
	 */
	public static final String RETRY_AFTER_MILLIS = "x-rpc-retry-after-ms";

	/** The longest time that {@value #RETRY_AFTER_MILLIS} may ask for. */
	public static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);

	/** Reply header: which server instance answered. */
	public static final String SERVER = "x-rpc-server";

	/** Reply header: microseconds that the server worked. */
	public static final String WORK_MICROS = "x-rpc-work-us";

	/** Dead letter header: why the request could not be answered. */
	public static final String REASON = "x-rpc-reason";

	/**
	 * Header of a message whose body was dropped: the size of that body. It is negative
	 * if the body was not too large, but there was no room for it. Such a message has an
	 * empty body.
	 */
	public static final String DROPPED = "x-rpc-dropped";

	/** The pseudo-queue of direct reply-to. */
	public static final String DIRECT_REPLY_TO = "amq.rabbitmq.reply-to";

	/** The beginning of the body of each failure reply. */
	public static final String FAILURE_PREFIX = "error: ";

	/** The longest queue name and the longest correlation id: an AMQP short string. */
	public static final int MAX_SHORT_STRING_BYTES = 255;

	private RpcHeaders() {
	}

}
