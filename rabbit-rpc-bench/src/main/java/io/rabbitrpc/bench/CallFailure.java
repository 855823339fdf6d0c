package io.rabbitrpc.bench;

import java.io.IOException;

import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * A call that did not end in the right value.
 *
 * @param outcome the name of its status, or {@value Measurement#WRONG}
 * @param exitCode that of the status
 * @param message what happened
 */
record CallFailure(String outcome, int exitCode, String message) {

	static CallFailure wrong(int n, byte[] value) {
		return new CallFailure(Measurement.WRONG, RpcStatus.INTERNAL.exitCode(),
				"fib(%d) came back as %s".formatted(n, Escaped.text(value, Escaped.MAX_CHARACTERS)));
	}

	static CallFailure of(@Nullable Throwable failure) {
		if (failure instanceof RpcException outcome) {
			return of(outcome.status(), String.valueOf(outcome.getMessage()));
		}
		boolean lost = failure instanceof IOException || failure instanceof ShutdownSignalException;
		return of(lost ? RpcStatus.UNAVAILABLE : RpcStatus.INTERNAL, String.valueOf(failure));
	}

	static CallFailure of(RpcStatus status, String message) {
		return new CallFailure(status.name(), status.exitCode(), message);
	}

}
