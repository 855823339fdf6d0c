package io.rabbitrpc.bench.result;

/**
 * Which client makes the calls.
 */
public enum MeasuredClient {

	/** The library's, with all its protections. */
	RABBIT_RPC("rabbit-rpc"),

	/** Plain {@code com.rabbitmq.client}, as fast as it can be written by hand. */
	HAND_WRITTEN("hand-written"),

	/** The same, but it asks as much of the broker as the first one. */
	HAND_WRITTEN_PROTECTED("hand-written-protected");

	private final String label;

	MeasuredClient(String label) {
		this.label = label;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
