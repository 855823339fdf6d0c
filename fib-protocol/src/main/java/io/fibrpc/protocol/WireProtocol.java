package io.fibrpc.protocol;

/**
 * The names on the wire.
 */
public final class WireProtocol {

	/** The queue that requests go to, by way of the default exchange. */
	public static final String REQUEST_QUEUE = "rpc_queue";

	/** The queue that keeps requests to which no reply can be given. */
	public static final String DEAD_LETTER_QUEUE = "rpc_dead_letters";

	/** The pseudo-queue of direct reply-to. */
	public static final String DIRECT_REPLY_TO = "amq.rabbitmq.reply-to";

	/** The content type of requests and replies. */
	public static final String CONTENT_TYPE = "text/plain";

	/** Reply header: the name of the {@link RpcStatus}. */
	public static final String STATUS_HEADER = "x-rpc-status";

	/** Reply header: which server instance answered. */
	public static final String SERVER_HEADER = "x-rpc-server";

	/** Reply header: microseconds that the server worked. */
	public static final String WORK_HEADER = "x-rpc-work-us";

	/** Dead letter header: why the request could not be answered. */
	public static final String REASON_HEADER = "x-rpc-reason";

	/** What the body of every failure reply begins with. */
	public static final String FAILURE_PREFIX = "error: ";

	/** The longest queue name and the longest correlation id: an AMQP short string. */
	public static final int MAX_SHORT_STRING_BYTES = 255;

	private WireProtocol() {
	}

}
