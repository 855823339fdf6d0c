package io.fibrpc.client.http;

import io.rabbitrpc.client.ReplyMode;

/**
 * Tests for {@link FibonacciController} with direct reply-to.
 */
class DirectFibonacciControllerTests extends FibonacciControllerTests {

	DirectFibonacciControllerTests() {
		super(ReplyMode.DIRECT);
	}

}
