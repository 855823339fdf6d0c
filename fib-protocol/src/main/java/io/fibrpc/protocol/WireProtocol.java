package io.fibrpc.protocol;

/**
 * The names on the wire that only the pair uses.
 */
public final class WireProtocol {

	/** The queue of the requests. They are sent to it through the default exchange. */
	public static final String REQUEST_QUEUE = "rpc_queue";

	/** The content type of requests and replies. */
	public static final String CONTENT_TYPE = "text/plain";

	private WireProtocol() {
	}

}
