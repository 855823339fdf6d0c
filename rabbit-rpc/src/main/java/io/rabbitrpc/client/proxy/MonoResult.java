package io.rabbitrpc.client.proxy;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.rabbitrpc.client.call.ReplyThread;

/**
 * Returns a {@code Mono}. Only loaded where a method returns one.
 */
final class MonoResult {

	// Reactor waits by a latch of its own and asks no future
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
