package io.rabbitrpc.server;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;

/**
 * Says what exceptions mean to callers, for those that cannot carry the annotation
 * {@link io.rabbitrpc.RpcFailure}. Of several such beans the first that knows an
 * exception decides.
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
