package io.fibrpc.client;

/**
 * Asynchronous calls with replies by direct reply-to.
 */
class AsyncDirectReplyToTests extends FibonacciClientContractTests {

	AsyncDirectReplyToTests() {
		super("direct", AsyncCalls::new);
	}

}
