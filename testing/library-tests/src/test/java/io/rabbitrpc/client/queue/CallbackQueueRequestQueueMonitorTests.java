package io.rabbitrpc.client.queue;

/**
 * Tests for {@link RequestQueueMonitor} with replies by a callback queue.
 */
class CallbackQueueRequestQueueMonitorTests extends RequestQueueMonitorContractTests {

	CallbackQueueRequestQueueMonitorTests() {
		super(CallingClient.Replies.CALLBACK_QUEUE);
	}

}
