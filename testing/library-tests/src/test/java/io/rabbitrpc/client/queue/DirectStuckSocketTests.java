package io.rabbitrpc.client.queue;

/**
 * Tests of a stuck socket with replies by direct reply-to.
 */
class DirectStuckSocketTests extends StuckSocketContractTests {

	DirectStuckSocketTests() {
		super(CallingClient.Replies.DIRECT, false);
	}

}
