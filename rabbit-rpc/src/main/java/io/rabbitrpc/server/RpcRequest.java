package io.rabbitrpc.server;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The request that a listener of the container factory {@code rpc} works on. A listener's
 * method may have a parameter of this type, beside its payload and its headers. Any
 * thread may ask it.
 */
public interface RpcRequest {

	/**
	 * How long the caller waits at most from now on. It counts from the delivery to this
	 * server: RabbitMQ does not tell for how long the request has waited in its queue.
	 * @return what is left of the request's {@code expiration}, zero or negative if
	 * nobody waits any more, or {@code null} if the request has none
	 */
	@Nullable Duration remaining();

	/**
	 * The id by which the caller tells its calls apart. Any peer may send it: escape it
	 * before it is shown.
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
	 * The headers that the caller's application has set, as the protocol lets them pass,
	 * and those of a trace.
	 * @return strings, numbers, booleans and timestamps by name, not to be changed
	 */
	Map<String, Object> headers();

}
