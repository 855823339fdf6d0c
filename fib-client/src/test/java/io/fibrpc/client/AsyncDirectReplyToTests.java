package io.fibrpc.client;

/**
 * Replies arrive by direct reply-to, and nobody waits for them.
 */
class AsyncDirectReplyToTests extends FibonacciClientContractTests {

	AsyncDirectReplyToTests() {
		super("direct", AsyncCalls::new);
	}

}
