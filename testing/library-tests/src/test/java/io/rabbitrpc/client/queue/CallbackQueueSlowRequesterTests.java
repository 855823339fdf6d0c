package io.rabbitrpc.client.queue;

/**
 * Tests of a slow requester with replies by a callback queue.
 */
class CallbackQueueSlowRequesterTests extends SlowRequesterContractTests {

	CallbackQueueSlowRequesterTests() {
		super(CallingClient.Replies.CALLBACK_QUEUE);
	}

}
