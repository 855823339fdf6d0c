package io.rabbitrpc.bench.load;

import java.io.IOException;

import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.request.Request;

/**
 * A call that did not get the right value.
 *
 * @param outcome the name of its status, or {@value Measurement#WRONG}
 * @param exitCode that of the status, or {@value #EXPECTATION_MISSED}
 * @param message what happened
 */
public record CallFailure(String outcome, int exitCode, String message) {

	/** The exit code if the results are not as expected. */
	public static final int EXPECTATION_MISSED = 1;

	/**
	 * A call whose value is wrong.
	 * @param request what was asked for
	 * @param value what came
	 * @return the failure
	 */
	public static CallFailure wrong(Request request, byte[] value) {
		return new CallFailure(Measurement.WRONG, EXPECTATION_MISSED,
				"the request '%s' got '%s', which is not what --expect says".formatted(
						Escaped.text(request.body(), Escaped.MAX_CHARACTERS),
						Escaped.text(value, Escaped.MAX_CHARACTERS)));
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
