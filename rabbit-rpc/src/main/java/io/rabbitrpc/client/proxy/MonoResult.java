package io.rabbitrpc.client.proxy;

import reactor.core.publisher.Mono;

/**
 * Returns a {@code Mono}. Only loaded where a method returns one.
 */
final class MonoResult {

	private MonoResult() {
	}

	static ServiceResult of(ServiceResult.Value value) {
		return (call) -> Mono.fromFuture(() -> value.later(call));
	}

}
