package io.rabbitrpc;

import org.jspecify.annotations.Nullable;

/**
 * A call that ended without a value. Its message is one sentence for a person.
 */
public final class RpcException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final RpcStatus status;

	private final boolean mayHaveRun;

	/**
	 * Creates the outcome of a call that surely did not run.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 */
	public RpcException(RpcStatus status, String message) {
		this(status, message, false, null);
	}

	/**
	 * Creates an outcome.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 * @param mayHaveRun whether a server may have run the call, or may still run it
	 * @param cause what it follows from, if anything
	 */
	public RpcException(RpcStatus status, String message, boolean mayHaveRun, @Nullable Throwable cause) {
		super(message, cause);
		this.status = status;
		this.mayHaveRun = mayHaveRun;
	}

	/**
	 * How the call ended.
	 * @return any status but {@link RpcStatus#OK}
	 */
	public RpcStatus status() {
		return this.status;
	}

	/**
	 * Whether a server may have run the call, or may still run it. If not, repeating the
	 * call is safe whatever the call does.
	 * @return {@code false} only if the call surely did not run and will not
	 */
	public boolean mayHaveRun() {
		return this.mayHaveRun;
	}

	/**
	 * This outcome as seen by one caller: with that caller's own stack trace. An outcome
	 * is made on another thread, and one lost connection ends many calls.
	 * @return a copy whose cause is this exception
	 */
	public RpcException forCaller() {
		return new RpcException(this.status, String.valueOf(getMessage()), this.mayHaveRun, this);
	}

}
