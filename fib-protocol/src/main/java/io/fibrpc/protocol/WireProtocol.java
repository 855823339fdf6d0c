package io.fibrpc.protocol;

/**
 * The names on the wire that are the pair's own.
 */
public final class WireProtocol {

	/** The queue that requests go to, by way of the default exchange. */
	public static final String REQUEST_QUEUE = "rpc_queue";

	/** The content type of requests and replies. */
	public static final String CONTENT_TYPE = "text/plain";

	private WireProtocol() {
	}

}
