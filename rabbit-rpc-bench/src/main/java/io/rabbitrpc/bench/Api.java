package io.rabbitrpc.bench;

/**
 * How callers wait.
 */
enum Api {

	/** Each call keeps a thread. */
	BLOCKING("blocking"),

	/** No call keeps a thread. */
	ASYNC("async");

	private final String label;

	Api(String label) {
		this.label = label;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
