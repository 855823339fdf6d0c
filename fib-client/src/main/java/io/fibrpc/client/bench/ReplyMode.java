package io.fibrpc.client.bench;

/**
 * Where replies arrive.
 */
enum ReplyMode {

	/** By direct reply-to. */
	DIRECT("direct"),

	/** On a queue of the client's own. */
	CALLBACK_QUEUE("callback-queue");

	private final String label;

	ReplyMode(String label) {
		this.label = label;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
