package io.rabbitrpc.client.queue;

/**
 * Tests of a slow requester with replies by direct reply-to.
 */
class DirectSlowRequesterTests extends SlowRequesterContractTests {

	DirectSlowRequesterTests() {
		super(CallingClient.Replies.DIRECT);
	}

}
