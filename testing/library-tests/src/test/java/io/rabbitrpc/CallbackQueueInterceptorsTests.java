package io.rabbitrpc;

/**
 * The contract of the interceptors in one reply mode.
 */
class CallbackQueueInterceptorsTests extends InterceptorsContractTests {

	CallbackQueueInterceptorsTests() {
		super("callback-queue");
	}

}
