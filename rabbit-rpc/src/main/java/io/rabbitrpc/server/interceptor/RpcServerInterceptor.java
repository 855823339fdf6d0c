package io.rabbitrpc.server.interceptor;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;

/**
 * Stands around each listener that names the container factory {@code rpc}: sees a
 * request before its body is read, and its outcome, and may change both. Beans of this
 * type are used in their order, the first one outermost. Requests that cannot be
 * answered, or that nobody waits for, come to none. <pre>{@code
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
	 * @return what {@code next} returns, or another outcome in its place, with or without
	 * the listener's work
	 * @throws RpcException answers the request. Anything else that is thrown is taken as
	 * if the listener had thrown it
	 */
	RpcOutcome intercept(RpcServerRequest request, Next next);

	/**
	 * The next interceptor, or the listener itself.
	 */
	@FunctionalInterface
	interface Next {

		/**
		 * Goes on with the request. Only once: what ran must not run again.
		 * @param request the request
		 * @return the outcome, a failure too: it throws nothing that the listener throws
		 * @throws IllegalStateException the second time
		 */
		RpcOutcome handle(RpcServerRequest request);

	}

}
