package io.rabbitrpc;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How a call ended. The list is closed. The names and their meanings are those of gRPC.
 * The library itself uses {@link #OK}, {@link #INVALID_ARGUMENT},
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

	/** A failure without further details. */
	UNKNOWN,

	/**
	 * The request is invalid. The client found this before sending, or the server did. A
	 * listener may throw it only before it has changed anything, because callers take
	 * such a call for one that did not run.
	 */
	INVALID_ARGUMENT(2),

	/**
	 * No reply came before the deadline, or the listener worked for longer than its
	 * server allows. {@link RpcException#mayHaveRun} says whether the call may have run.
	 */
	DEADLINE_EXCEEDED(4),

	/** Something that the request names does not exist. */
	NOT_FOUND,

	/** The request should create something that exists already. */
	ALREADY_EXISTS,

	/** Login, permission or TLS was refused. */
	PERMISSION_DENIED(7),

	/**
	 * The broker refused the request because its queue is full, this client has too many
	 * calls in flight, or the client or the server has no room for another large message.
	 */
	RESOURCE_EXHAUSTED(6),

	/** The system is not in the state that the request needs. */
	FAILED_PRECONDITION,

	/** The request was in conflict with another one and lost. */
	ABORTED,

	/** The request goes beyond the end of the data. */
	OUT_OF_RANGE,

	/** The server does not know how to do this. */
	UNIMPLEMENTED,

	/** The server failed, or its reply cannot be read. */
	INTERNAL,

	/**
	 * There is no queue, no server or no broker, the broker takes no requests, or the
	 * connection was lost.
	 */
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
	 * The exit code of a program whose call ended with this status.
	 * @return 0 for {@link #OK}, 2 for {@link #INVALID_ARGUMENT}, 4 for
	 * {@link #DEADLINE_EXCEEDED}, 5 for {@link #UNAVAILABLE}, 6 for
	 * {@link #RESOURCE_EXHAUSTED}, 7 for {@link #PERMISSION_DENIED}, 70 for all others
	 */
	public int exitCode() {
		return this.exitCode;
	}

	/**
	 * Whether the same call may succeed a little later. The library makes a call again
	 * only after such a status, and only with such a status a server may say how long its
	 * callers shall wait.
	 * @return {@code true} for {@link #UNAVAILABLE} and {@link #RESOURCE_EXHAUSTED}
	 */
	public boolean isTransient() {
		return this == UNAVAILABLE || this == RESOURCE_EXHAUSTED;
	}

	/**
	 * Reads a status from the {@value RpcHeaders#STATUS} header of a reply.
	 * @param name the header's text
	 * @return the status with exactly that name, or {@link #INTERNAL} if there is none,
	 * because the list is closed
	 */
	public static RpcStatus ofHeader(@Nullable String name) {
		return (name != null) ? BY_NAME.getOrDefault(name, INTERNAL) : INTERNAL;
	}

}
