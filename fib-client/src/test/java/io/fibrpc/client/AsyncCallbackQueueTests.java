package io.fibrpc.client;

/**
 * Replies arrive on a callback queue, and nobody waits for them.
 */
class AsyncCallbackQueueTests extends FibonacciClientContractTests {

	AsyncCallbackQueueTests() {
		super("callback-queue", AsyncCalls::new);
	}

}
