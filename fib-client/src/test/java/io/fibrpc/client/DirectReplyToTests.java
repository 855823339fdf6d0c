package io.fibrpc.client;

/**
 * Tests for {@link DirectReplyToConfiguration}.
 */
class DirectReplyToTests extends FibonacciClientContractTests {

	DirectReplyToTests() {
		super("direct", Calls::blocking);
	}

}
