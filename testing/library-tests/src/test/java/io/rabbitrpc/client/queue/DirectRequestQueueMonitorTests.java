package io.rabbitrpc.client.queue;

/**
 * Tests for {@link RequestQueueMonitor} with replies by direct reply-to.
 */
class DirectRequestQueueMonitorTests extends RequestQueueMonitorContractTests {

	DirectRequestQueueMonitorTests() {
		super(CallingClient.Replies.DIRECT);
	}

}
