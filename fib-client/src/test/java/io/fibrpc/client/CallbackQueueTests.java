package io.fibrpc.client;

/**
 * Tests for {@link CallbackQueueConfiguration}.
 */
class CallbackQueueTests extends FibonacciClientContractTests {

	CallbackQueueTests() {
		super("callback-queue", Calls::blocking);
	}

}
