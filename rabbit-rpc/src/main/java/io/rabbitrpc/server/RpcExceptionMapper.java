package io.rabbitrpc.server;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;

/**
 * Says with which status a call ends after an exception. Use it for exceptions on which
 * you cannot put {@link io.rabbitrpc.RpcFailure}. If there are several such beans, the
 * first one that knows the exception decides.
 */
@FunctionalInterface
public interface RpcExceptionMapper {

	/**
	 * Looks at what a listener threw. Runs on the listener's thread.
	 * @param exception what was thrown
	 * @return what the caller gets, or {@code null} if this mapper does not know the
	 * exception
	 */
	@Nullable RpcException map(Throwable exception);

}
