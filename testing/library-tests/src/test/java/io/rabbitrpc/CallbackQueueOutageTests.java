package io.rabbitrpc;

import io.rabbitrpc.client.ReplyMode;

/**
 * Tests of calls that are made again, with replies on callback queues.
 */
class CallbackQueueOutageTests extends OutageTests {

	@Override
	ReplyMode mode() {
		return ReplyMode.CALLBACK_QUEUE;
	}

}
