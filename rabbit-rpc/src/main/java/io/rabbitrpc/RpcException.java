package io.rabbitrpc;

import java.time.Duration;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;

/**
 * Says that a call ended without a value. The message is one sentence for a person. If
 * this exception ends the start of a program, the program exits with the exit code of the
 * status.
 */
public final class RpcException extends RuntimeException implements ExitCodeGenerator {

	private static final long serialVersionUID = 1L;

	private static final Pattern CODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private final RpcStatus status;

	private final @Nullable String code;

	private final boolean mayHaveRun;

	private final @Nullable Duration retryAfter;

	private final boolean answered;

	/**
	 * Creates a failure that a listener throws and its caller gets. Callers take the call
	 * for one that may have run, unless the status is {@link RpcStatus#INVALID_ARGUMENT}.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 */
	public RpcException(RpcStatus status, String message) {
		this(status, message, null, mayHaveRun(status), null, null, false);
	}

	/**
	 * Creates a failure that a listener throws and its caller gets. Callers take the call
	 * for one that may have run, unless the status is {@link RpcStatus#INVALID_ARGUMENT}.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 * @param code the application's own code for it: 1 to 64 characters, which are ASCII
	 * letters, digits, dots, underscores and hyphens
	 * @throws IllegalArgumentException if the code has another length or other characters
	 */
	public RpcException(RpcStatus status, String message, String code) {
		this(status, message, code, mayHaveRun(status), null, null, false);
		if (!CODE.matcher(code).matches()) {
			throw new IllegalArgumentException(
					"a code has 1 to 64 of the characters A-Z a-z 0-9 . _ -, not '%s'".formatted(Escaped.text(code)));
		}
	}

	/**
	 * Creates an outcome that says whether the call may have run.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 * @param mayHaveRun whether a server may have run the call, or may still run it
	 * @param cause the cause, if there is one
	 */
	public RpcException(RpcStatus status, String message, boolean mayHaveRun, @Nullable Throwable cause) {
		this(status, message, null, mayHaveRun, cause, null, false);
	}

	private RpcException(RpcStatus status, String message, @Nullable String code, boolean mayHaveRun,
			@Nullable Throwable cause, @Nullable Duration retryAfter, boolean answered) {
		super(message, cause);
		this.status = status;
		this.code = code;
		this.mayHaveRun = mayHaveRun;
		this.retryAfter = retryAfter;
		this.answered = answered;
	}

	/**
	 * How the call ended.
	 * @return any status but {@link RpcStatus#OK}
	 */
	public RpcStatus status() {
		return this.status;
	}

	@Override
	public int getExitCode() {
		return this.status.exitCode();
	}

	/**
	 * The application's own code for the failure.
	 * @return the code that its server gave, or {@code null} if it gave none
	 */
	public @Nullable String code() {
		return this.code;
	}

	/**
	 * Reads an outcome from a reply.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message the server's sentence
	 * @param code the value of the header {@value RpcHeaders#CODE}, or {@code null}. A
	 * value that is not a valid code is ignored
	 * @return the outcome of a call that may have run, unless the status is
	 * {@link RpcStatus#INVALID_ARGUMENT}
	 */
	public static RpcException ofReply(RpcStatus status, String message, @Nullable String code) {
		boolean valid = code != null && CODE.matcher(code).matches();
		return new RpcException(status, message, valid ? code : null, mayHaveRun(status), null, null, true);
	}

	/**
	 * Creates the outcome {@link RpcStatus#INTERNAL} of a call whose reply cannot be
	 * read. The call may have run.
	 * @param message what is wrong with the reply, in one sentence
	 * @param cause why it cannot be read
	 * @return the outcome
	 */
	public static RpcException ofUnreadableReply(String message, Throwable cause) {
		return new RpcException(RpcStatus.INTERNAL, message, null, true, cause, null, true);
	}

	// For an outcome that a server gave
	private static boolean mayHaveRun(RpcStatus status) {
		return status != RpcStatus.INVALID_ARGUMENT;
	}

	/**
	 * Whether a server may have run the call, or may still run it. If not, you can safely
	 * repeat the call, whatever it does. The value is {@code true} whenever it is not
	 * certain. If the outcome comes from a server, it is {@code false} only for
	 * {@link RpcStatus#INVALID_ARGUMENT}.
	 * @return {@code false} only if it is certain that the call did not run and will not
	 * run
	 */
	public boolean mayHaveRun() {
		return this.mayHaveRun;
	}

	/**
	 * Whether the outcome was read from a reply. If so, a server is there and answers,
	 * whatever the reply says.
	 * @return {@code false} if there was no reply, or if a listener has made this
	 * exception and its caller does not have it yet
	 */
	public boolean isAnswered() {
		return this.answered;
	}

	/**
	 * How long the server asks its callers to wait before they ask again. If the library
	 * makes the call again, it waits that long, but not beyond the deadline.
	 * @return that time, or {@code null} if the server has not asked for that
	 */
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	/**
	 * Makes a copy of this failure that asks the callers to wait before they ask again.
	 * The reply has this time only if the status is {@link RpcStatus#UNAVAILABLE} or
	 * {@link RpcStatus#RESOURCE_EXHAUSTED}.
	 * @param time how long callers shall wait before they ask again, from 0 ms to 1 day
	 * @return a copy, with this exception's stack trace and cause
	 * @throws IllegalArgumentException if the time is out of these bounds
	 */
	public RpcException withRetryAfter(Duration time) {
		if (time.isNegative() || time.compareTo(RpcHeaders.LONGEST_RETRY_AFTER) > 0) {
			throw new IllegalArgumentException("the time to wait must be from 0 ms to 1 day, not " + time);
		}
		RpcException copy = new RpcException(this.status, String.valueOf(getMessage()), this.code, this.mayHaveRun,
				getCause(), time, this.answered);
		copy.setStackTrace(getStackTrace());
		return copy;
	}

	/**
	 * Makes a copy of this outcome with the stack trace of the current thread. The
	 * outcome itself was made on another thread, and several calls may share it: one lost
	 * connection ends many.
	 * @return a copy whose cause is this exception
	 */
	public RpcException forCaller() {
		return new RpcException(this.status, String.valueOf(getMessage()), this.code, this.mayHaveRun, this,
				this.retryAfter, this.answered);
	}

	/**
	 * Makes this the outcome of a call that was not made, and so has not run.
	 * @return this exception if it says that already, else a copy with this exception as
	 * its cause
	 */
	public RpcException forUnmadeCall() {
		return this.mayHaveRun ? new RpcException(this.status, String.valueOf(getMessage()), this.code, false, this,
				this.retryAfter, false) : this;
	}

}
