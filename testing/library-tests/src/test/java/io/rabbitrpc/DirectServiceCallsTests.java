package io.rabbitrpc;

/**
 * The contract of calls by an interface in one reply mode.
 */
class DirectServiceCallsTests extends ServiceCallsContractTests {

	DirectServiceCallsTests() {
		super("direct");
	}

}
