package io.rabbitrpc.client.queue;

/**
 * Tests of a stuck socket with TLS with replies by direct reply-to.
 */
class DirectTlsStuckSocketTests extends StuckSocketContractTests {

	DirectTlsStuckSocketTests() {
		super(CallingClient.Replies.DIRECT, true);
	}

}
