package io.rabbitrpc;

/**
 * The contract of the interceptors in one reply mode.
 */
class DirectInterceptorsTests extends InterceptorsContractTests {

	DirectInterceptorsTests() {
		super("direct");
	}

}
