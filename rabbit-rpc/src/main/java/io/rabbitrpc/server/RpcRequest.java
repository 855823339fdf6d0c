package io.rabbitrpc.server;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The request that a listener of the container factory {@code rpc} works on. A listener's
 * method may have a parameter of this type, beside its payload and its headers. It is
 * safe for all threads.
 */
public interface RpcRequest {

	/**
	 * How much longer the caller waits at most. The time begins with the delivery to this
	 * server, because RabbitMQ does not tell how long the request has waited in its
	 * queue.
	 * @return the time that is left of the request's {@code expiration}. It is zero or
	 * negative if nobody waits any more, and {@code null} if the request has no
	 * expiration
	 */
	@Nullable Duration remaining();

	/**
	 * The id by which the caller tells its calls apart. Any peer may send it, so escape
	 * it before you show it.
	 * @return the id, or {@code null} if the request has none
	 */
	@Nullable String correlationId();

	/**
	 * Whether RabbitMQ has delivered the request before. If so, it may have run already,
	 * here or on another server.
	 * @return {@code false} if this is the first time
	 */
	boolean redelivered();

	/**
	 * The headers of the caller's application that the protocol lets pass, and those of a
	 * trace.
	 * @return an unmodifiable map of strings, numbers, booleans and timestamps by name
	 */
	Map<String, Object> headers();

}
