package io.rabbitrpc;

import java.time.Duration;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;

/**
 * A call that ended without a value. Its message is one sentence for a person. A program
 * that ends with it when it starts has the exit code of the status.
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
	 * Creates a failure that a listener throws and its caller gets. It may have run, but
	 * for {@link RpcStatus#INVALID_ARGUMENT}.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 */
	public RpcException(RpcStatus status, String message) {
		this(status, message, null, mayHaveRun(status), null, null, false);
	}

	/**
	 * Creates a failure that a listener throws and its caller gets. It may have run, but
	 * for {@link RpcStatus#INVALID_ARGUMENT}.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 * @param code the application's own code for it: 1 to 64 letters of ASCII, digits,
	 * dots, underscores and hyphens
	 * @throws IllegalArgumentException if the code is none
	 */
	public RpcException(RpcStatus status, String message, String code) {
		this(status, message, code, mayHaveRun(status), null, null, false);
		if (!CODE.matcher(code).matches()) {
			throw new IllegalArgumentException(
					"a code has 1 to 64 of the characters A-Z a-z 0-9 . _ -, not '%s'".formatted(Escaped.text(code)));
		}
	}

	/**
	 * Creates an outcome of which is known whether the call may have run.
	 * @param status any status but {@link RpcStatus#OK}
	 * @param message what happened, in one sentence
	 * @param mayHaveRun whether a server may have run the call, or may still run it
	 * @param cause what it follows from, if anything
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
	 * @param code what stands in the header {@value RpcHeaders#CODE}, or {@code null}.
	 * What is no code is left out
	 * @return the outcome. It may have run, but for {@link RpcStatus#INVALID_ARGUMENT}
	 */
	public static RpcException ofReply(RpcStatus status, String message, @Nullable String code) {
		boolean valid = code != null && CODE.matcher(code).matches();
		return new RpcException(status, message, valid ? code : null, mayHaveRun(status), null, null, true);
	}

	/**
	 * Creates the outcome {@link RpcStatus#INTERNAL} of a call whose reply cannot be
	 * read. It may have run.
	 * @param message what is wrong with the reply, in one sentence
	 * @param cause why it cannot be read
	 * @return the outcome
	 */
	public static RpcException ofUnreadableReply(String message, Throwable cause) {
		return new RpcException(RpcStatus.INTERNAL, message, null, true, cause, null, true);
	}

	// All that is known of an outcome that a server gave
	private static boolean mayHaveRun(RpcStatus status) {
		return status != RpcStatus.INVALID_ARGUMENT;
	}

	/**
	 * Whether a server may have run the call, or may still run it. If not, repeating the
	 * call is safe whatever the call does. It is {@code true} unless whoever made this
	 * exception knew better: a server's own outcome is {@code false} for
	 * {@link RpcStatus#INVALID_ARGUMENT} alone.
	 * @return {@code false} only if the call surely did not run and will not
	 */
	public boolean mayHaveRun() {
		return this.mayHaveRun;
	}

	/**
	 * Whether the outcome was read from a reply, so that the server works, whatever it
	 * says. A listener's own exception is none before its caller has it.
	 * @return {@code false} if the outcome was found out without a reply
	 */
	public boolean isAnswered() {
		return this.answered;
	}

	/**
	 * For how long the server asks its callers not to ask again. Calls that the library
	 * makes again wait that long, as far as their deadline lets them.
	 * @return that time, or {@code null} if the server has not asked for it
	 */
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	/**
	 * The same failure, by which a server asks its callers for patience. It reaches them
	 * with {@link RpcStatus#UNAVAILABLE} and {@link RpcStatus#RESOURCE_EXHAUSTED} only.
	 * @param time for how long nobody shall ask again, from 0 ms to 1 day
	 * @return a copy, with this exception's stack trace and cause
	 * @throws IllegalArgumentException if the time is out of these bounds
	 */
	public RpcException withRetryAfter(Duration time) {
		if (time.isNegative() || time.compareTo(RpcHeaders.LONGEST_RETRY_AFTER) > 0) {
			throw new IllegalArgumentException("the time to wait is from 0 ms to 1 day, not " + time);
		}
		RpcException copy = new RpcException(this.status, String.valueOf(getMessage()), this.code, this.mayHaveRun,
				getCause(), time, this.answered);
		copy.setStackTrace(getStackTrace());
		return copy;
	}

	/**
	 * This outcome as seen by one caller: with that caller's own stack trace. An outcome
	 * is made on another thread, and one lost connection ends many calls.
	 * @return a copy whose cause is this exception
	 */
	public RpcException forCaller() {
		return new RpcException(this.status, String.valueOf(getMessage()), this.code, this.mayHaveRun, this,
				this.retryAfter, this.answered);
	}

	/**
	 * This outcome for a call that was not made, so that it surely has not run.
	 * @return this exception if it says so already, else a copy whose cause it is
	 */
	public RpcException forUnmadeCall() {
		return this.mayHaveRun ? new RpcException(this.status, String.valueOf(getMessage()), this.code, false, this,
				this.retryAfter, false) : this;
	}

}
