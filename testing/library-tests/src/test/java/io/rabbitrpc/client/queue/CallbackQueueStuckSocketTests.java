package io.rabbitrpc.client.queue;

/**
 * Tests of a stuck socket with replies by a callback queue.
 */
class CallbackQueueStuckSocketTests extends StuckSocketContractTests {

	CallbackQueueStuckSocketTests() {
		super(CallingClient.Replies.CALLBACK_QUEUE, false);
	}

}
