package io.fibrpc.client;

/**
 * Asynchronous calls with replies on a callback queue.
 */
class AsyncCallbackQueueTests extends FibonacciClientContractTests {

	AsyncCallbackQueueTests() {
		super("callback-queue", AsyncCalls::new);
	}

}
