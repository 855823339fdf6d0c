package io.rabbitrpc.bench.request;

/**
 * Says which values are right. Many threads may ask it.
 */
@FunctionalInterface
public interface Expectation {

	/** Any value is right. */
	Expectation NONE = (request, value) -> true;

	/**
	 * Whether a value is right.
	 * @param request the request
	 * @param value the body of the reply
	 * @return whether it is
	 */
	boolean isMet(Request request, byte[] value);

}
