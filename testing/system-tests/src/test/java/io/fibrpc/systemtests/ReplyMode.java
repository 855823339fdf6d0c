package io.fibrpc.systemtests;

/**
 * Where a client's replies arrive.
 */
public enum ReplyMode {

	DIRECT("direct"), CALLBACK_QUEUE("callback-queue");

	private final String value;

	ReplyMode(String value) {
		this.value = value;
	}

	public String argument() {
		return "--rabbit.rpc.client.reply-mode=" + this.value;
	}

}
