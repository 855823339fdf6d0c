package io.rabbitrpc;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How a call ended. The list is closed; the names and their meaning are gRPC's.
 *
 * @see <a href="https://grpc.io/docs/guides/status-codes/">gRPC status codes</a>
 */
public enum RpcStatus {

	/** There is a value. */
	OK(0),

	/** The request was refused, by the client before sending or by the server. */
	INVALID_ARGUMENT(2),

	/** There was no outcome in time. The request may have run, or may still run. */
	DEADLINE_EXCEEDED(4),

	/** There is no queue, no server, no broker, or the connection was lost. */
	UNAVAILABLE(5),

	/** The broker refused the request, or this client has too many calls in flight. */
	RESOURCE_EXHAUSTED(6),

	/** Login, permission or TLS was refused. */
	PERMISSION_DENIED(7),

	/** A fault in the server, or a reply that is no reply. */
	INTERNAL(70);

	private static final Map<String, RpcStatus> BY_NAME = Arrays.stream(values())
		.collect(Collectors.toUnmodifiableMap(RpcStatus::name, (status) -> status));

	private final int exitCode;

	RpcStatus(int exitCode) {
		this.exitCode = exitCode;
	}

	/**
	 * The exit code of a program whose call ended so.
	 * @return 0 for {@link #OK}, else a number from 2 to 70 that no other status has
	 */
	public int exitCode() {
		return this.exitCode;
	}

	/**
	 * Reads a status from the {@value WireProtocol#STATUS_HEADER} header of a reply.
	 * @param name the header's text
	 * @return the status of exactly that name, or {@link #INTERNAL} if there is none:
	 * what a peer invents must not steer the caller
	 */
	public static RpcStatus ofHeader(@Nullable String name) {
		return (name != null) ? BY_NAME.getOrDefault(name, INTERNAL) : INTERNAL;
	}

}
