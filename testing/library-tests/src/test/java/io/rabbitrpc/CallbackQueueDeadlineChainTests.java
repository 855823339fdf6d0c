package io.rabbitrpc;

import io.rabbitrpc.client.ReplyMode;

/**
 * Tests of a chain of calls whose replies arrive on callback queues.
 */
class CallbackQueueDeadlineChainTests extends DeadlineChainTests {

	@Override
	ReplyMode mode() {
		return ReplyMode.CALLBACK_QUEUE;
	}

}
