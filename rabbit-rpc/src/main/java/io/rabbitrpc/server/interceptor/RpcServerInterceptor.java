package io.rabbitrpc.server.interceptor;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;

/**
 * Stands around each listener that names the container factory {@code rpc}. It sees a
 * request before its body is read, and its outcome. It may change both. Beans of this
 * type are used in their order, the first one outermost. They do not see requests that
 * cannot be answered, or that have expired. <pre>{@code
 * RpcServerInterceptor login = (request, next) -> {
 * 	tokens.check(request.header("token"));
 * 	return next.handle(request);
 * };
 * }</pre>
 * <p>
 * It runs on the listener's thread, within the span and the deadline of the request.
 */
@FunctionalInterface
public interface RpcServerInterceptor {

	/**
	 * Sees a request.
	 * @param request the request, which may be changed before it is given to {@code next}
	 * @param next hands it to the listener
	 * @return the outcome of {@code next}, or another one. An interceptor need not call
	 * {@code next}
	 * @throws RpcException to answer the request with a failure. Any other exception
	 * counts as if the listener had thrown it
	 */
	RpcOutcome intercept(RpcServerRequest request, Next next);

	/**
	 * The next interceptor, or the listener itself.
	 */
	@FunctionalInterface
	interface Next {

		/**
		 * Goes on with the request. An interceptor may do so only once, so that the
		 * listener does not run twice.
		 * @param request the request
		 * @return the outcome. If the listener throws, the outcome is a failure, and this
		 * method does not throw
		 * @throws IllegalStateException the second time
		 */
		RpcOutcome handle(RpcServerRequest request);

	}

}
