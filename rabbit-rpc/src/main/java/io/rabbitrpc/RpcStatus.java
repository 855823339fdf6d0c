package io.rabbitrpc;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How a call ended. The list is closed; the names and their meaning are gRPC's. The
 * library itself gives {@link #OK}, {@link #INVALID_ARGUMENT},
 * {@link #DEADLINE_EXCEEDED}, {@link #UNAVAILABLE}, {@link #RESOURCE_EXHAUSTED},
 * {@link #PERMISSION_DENIED} and {@link #INTERNAL}, and {@link #FAILED_PRECONDITION} for
 * a blocking call on a thread that delivers replies. The others are for applications.
 *
 * @see <a href="https://grpc.io/docs/guides/status-codes/">gRPC status codes</a>
 */
public enum RpcStatus {

	/** There is a value. */
	OK(0),

	/** The caller has cancelled the call. */
	CANCELLED,

	/** A failure of which nothing more is known. */
	UNKNOWN,

	/**
	 * The request is invalid, as the client found before sending or the server. A
	 * listener throws it before it has changed anything: callers take it for a call that
	 * did not run, and {@link RpcException#mayHaveRun()} says so.
	 */
	INVALID_ARGUMENT(2),

	/** There was no outcome in time. The request may have run, or may still run. */
	DEADLINE_EXCEEDED(4),

	/** What the request names does not exist. */
	NOT_FOUND,

	/** What the request was to create exists already. */
	ALREADY_EXISTS,

	/** Login, permission or TLS was refused. */
	PERMISSION_DENIED(7),

	/**
	 * The broker refused the request because its queue is full, or this client has too
	 * many calls in flight.
	 */
	RESOURCE_EXHAUSTED(6),

	/** The system is not in the state that the request needs. */
	FAILED_PRECONDITION,

	/** The request lost against another one. */
	ABORTED,

	/** The request goes past the end of what there is. */
	OUT_OF_RANGE,

	/** The server does not know how to do this. */
	UNIMPLEMENTED,

	/** A fault in the server, or a reply that is no reply. */
	INTERNAL,

	/** There is no queue, no server, no broker, or the connection was lost. */
	UNAVAILABLE(5),

	/** Data was lost or damaged. */
	DATA_LOSS,

	/** The server does not know who is asking. */
	UNAUTHENTICATED;

	// EX_SOFTWARE of sysexits.h
	private static final int OTHER_EXIT_CODE = 70;

	private static final Map<String, RpcStatus> BY_NAME = Arrays.stream(values())
		.collect(Collectors.toUnmodifiableMap(RpcStatus::name, (status) -> status));

	private final int exitCode;

	RpcStatus() {
		this(OTHER_EXIT_CODE);
	}

	RpcStatus(int exitCode) {
		this.exitCode = exitCode;
	}

	/**
	 * The exit code of a program whose call ended so.
	 * @return 0 for {@link #OK}; a number from 2 to 7 that no other status has for each
	 * failure that this library gives by itself, but 70 for {@link #INTERNAL} and
	 * {@link #FAILED_PRECONDITION}; 70 for all others
	 */
	public int exitCode() {
		return this.exitCode;
	}

	/**
	 * Whether a call that ended so may fare better a little later. Such calls alone are
	 * made again, and their servers alone may ask for patience.
	 * @return {@code true} for {@link #UNAVAILABLE} and {@link #RESOURCE_EXHAUSTED}
	 */
	public boolean isTransient() {
		return this == UNAVAILABLE || this == RESOURCE_EXHAUSTED;
	}

	/**
	 * Reads a status from the {@value RpcHeaders#STATUS} header of a reply.
	 * @param name the header's text
	 * @return the status of exactly that name, or {@link #INTERNAL} if there is none:
	 * what a peer invents must not steer the caller
	 */
	public static RpcStatus ofHeader(@Nullable String name) {
		return (name != null) ? BY_NAME.getOrDefault(name, INTERNAL) : INTERNAL;
	}

}
