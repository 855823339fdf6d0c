package io.rabbitrpc;

/**
 * The contract of shards in one reply mode.
 */
class DirectShardsTests extends ShardsContractTests {

	DirectShardsTests() {
		super("direct");
	}

}
