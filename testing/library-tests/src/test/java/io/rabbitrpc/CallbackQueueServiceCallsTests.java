package io.rabbitrpc;

/**
 * The contract of calls by an interface in one reply mode.
 */
class CallbackQueueServiceCallsTests extends ServiceCallsContractTests {

	CallbackQueueServiceCallsTests() {
		super("callback-queue");
	}

}
