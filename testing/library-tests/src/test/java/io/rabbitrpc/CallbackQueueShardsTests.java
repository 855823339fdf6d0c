package io.rabbitrpc;

/**
 * The contract of shards in one reply mode.
 */
class CallbackQueueShardsTests extends ShardsContractTests {

	CallbackQueueShardsTests() {
		super("callback-queue");
	}

}
