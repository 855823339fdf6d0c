package io.rabbitrpc.bench.load;

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
public record CallFailure(String outcome, int exitCode, String message) {

	/**
	 * A call whose value is wrong.
	 * @param n what was asked for
	 * @param value what came
	 * @return the failure
	 */
	public static CallFailure wrong(int n, byte[] value) {
		return new CallFailure(Measurement.WRONG, RpcStatus.INTERNAL.exitCode(),
				"fib(%d) came back as %s".formatted(n, Escaped.text(value, Escaped.MAX_CHARACTERS)));
	}

	/**
	 * A call that has no value.
	 * @param failure why not
	 * @return the failure
	 */
	public static CallFailure of(@Nullable Throwable failure) {
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
