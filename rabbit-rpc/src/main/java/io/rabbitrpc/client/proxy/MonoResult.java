package io.rabbitrpc.client.proxy;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.rabbitrpc.client.call.ReplyThread;

/**
 * Returns a {@code Mono}. This class is loaded only if a method returns one.
 */
final class MonoResult {

	// Reactor waits with its own latch and not with the future
	static {
		Schedulers
			.registerNonBlockingThreadPredicate((thread) -> thread == Thread.currentThread() && !ReplyThread.mayWait());
	}

	private MonoResult() {
	}

	static ServiceResult of(ServiceResult.Value value) {
		return (call) -> Mono.fromFuture(() -> value.later(call));
	}

}
