package io.rabbitrpc.bench.request;

/**
 * Says which values are right. It is asked by many threads.
 */
@FunctionalInterface
public interface Expectation {

	/** Any value is right. */
	Expectation NONE = (request, value) -> true;

	/**
	 * Whether a value is right.
	 * @param request what was asked for
	 * @param value the body of the reply
	 * @return whether it is
	 */
	boolean isMet(Request request, byte[] value);

}
