package io.rabbitrpc.client;

import io.rabbitrpc.client.queue.RequestQueueMonitor;

/**
 * Tests for {@link RequestQueueMonitor} with replies by direct reply-to.
 */
class DirectRequestQueueMonitorTests extends RequestQueueMonitorContractTests {

	DirectRequestQueueMonitorTests() {
		super(CallingClient.Replies.DIRECT);
	}

}
