package io.rabbitrpc.bench.load;

/**
 * How callers wait.
 */
public enum Api {

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
