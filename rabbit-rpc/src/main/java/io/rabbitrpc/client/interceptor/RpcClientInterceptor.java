package io.rabbitrpc.client.interceptor;

import java.util.concurrent.CompletionStage;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;

/**
 * Stands around each call of the application, whichever API makes it. It sees the request
 * and the outcome, and may change both. Beans of this type are used in their order, the
 * first one outermost. If a call is made again, an interceptor still sees it once.
 * <pre>{@code
 * RpcClientInterceptor tenant = (request, next) -> {
 * 	request.header("tenant", Tenant.current());
 * 	return next.call(request);
 * };
 * }</pre>
 * <p>
 * Code before {@link Next#call} runs on the thread that makes the call, and its time
 * counts for the call's deadline. Code that follows the stage of {@link Next#call} runs
 * on the same thread if the caller waits for the reply. For an asynchronous call it runs
 * like code that follows the call's future: after a reply, on the thread that reads
 * replies. You must not wait for another call there. If the code may block, give it an
 * executor, for instance by {@code thenApplyAsync}.
 * <p>
 * All interceptors also see the calls that an interceptor makes. So an interceptor that
 * asks another queue for a token must let those calls pass. It recognises them by
 * {@link RpcClientRequest#destination}.
 */
@FunctionalInterface
public interface RpcClientInterceptor {

	/**
	 * Sees a call.
	 * @param request the request, which may be changed before it is given to {@code next}
	 * @param next makes the call
	 * @return the stage that {@code next} returns, or a stage made of it. An interceptor
	 * that does not call {@code next} returns an outcome of its own, and no request is
	 * sent. If the stage has no outcome at the deadline, the call ends
	 * {@code DEADLINE_EXCEEDED}
	 * @throws RpcException to end the call. If the call was not made, the caller's
	 * exception says that it did not run. Any other exception, also of the stage, ends
	 * the call {@code INTERNAL}
	 */
	CompletionStage<RpcOutcome> intercept(RpcClientRequest request, Next next);

	/**
	 * The next interceptor, or the call itself.
	 */
	@FunctionalInterface
	interface Next {

		/**
		 * Goes on with the call. An interceptor may do so only once. The settings decide
		 * whether a call is made again.
		 * @param request the request
		 * @return the outcome. If the call fails, the stage does not fail: it has the
		 * failure as its outcome. If the caller waits for the reply, the stage is
		 * complete already
		 * @throws IllegalStateException the second time
		 */
		CompletionStage<RpcOutcome> call(RpcClientRequest request);

	}

}
