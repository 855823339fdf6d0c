package io.rabbitrpc.client.queue;

/**
 * Tests of a stuck socket with TLS with replies by a callback queue.
 */
class CallbackQueueTlsStuckSocketTests extends StuckSocketContractTests {

	CallbackQueueTlsStuckSocketTests() {
		super(CallingClient.Replies.CALLBACK_QUEUE, true);
	}

}
