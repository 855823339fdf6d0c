package io.fibrpc.client.http;

import io.rabbitrpc.client.ReplyMode;

/**
 * Tests for {@link FibonacciController} with a callback queue.
 */
class CallbackQueueFibonacciControllerTests extends FibonacciControllerTests {

	CallbackQueueFibonacciControllerTests() {
		super(ReplyMode.CALLBACK_QUEUE);
	}

}
