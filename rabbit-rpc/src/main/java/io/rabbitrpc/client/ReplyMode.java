package io.rabbitrpc.client;

/**
 * Where replies arrive.
 */
public enum ReplyMode {

	/** By direct reply-to: RabbitMQ hands each reply to the waiting channel. */
	DIRECT("direct"),

	/** On a queue of this client's own. */
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
