package io.rabbitrpc.client.interceptor;

import java.util.concurrent.CompletionStage;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;

/**
 * Stands around each call of the application, by whichever API it is made: sees its
 * request and its outcome, and may change both. Beans of this type are used in their
 * order, the first one outermost. A call that is made again counts as one. <pre>{@code
 * RpcClientInterceptor tenant = (request, next) -> {
 * 	request.header("tenant", Tenant.current());
 * 	return next.call(request);
 * };
 * }</pre>
 * <p>
 * What is done before {@link Next#call} runs on the thread that makes the call, and takes
 * of the call's deadline. What hangs on the stage that {@link Next#call} returns runs on
 * the same thread if the caller waits for the reply. Of an asynchronous call it runs
 * where what hangs on the call's future does: with a reply, on the thread that reads
 * replies, where to wait for another call is refused. What may block should have an
 * executor of its own, as by {@code thenApplyAsync}.
 * <p>
 * Calls that an interceptor makes come to all interceptors, too: one that asks another
 * queue for a token must let those calls pass, by {@link RpcClientRequest#destination}.
 */
@FunctionalInterface
public interface RpcClientInterceptor {

	/**
	 * Sees a call.
	 * @param request the request, which may be changed before it is given to {@code next}
	 * @param next makes the call
	 * @return what {@code next} returns, or what is made of it, or another outcome, with
	 * which the call ends without a request. A stage that has no outcome at the deadline
	 * ends the call {@code DEADLINE_EXCEEDED}
	 * @throws RpcException ends the call; if it was not made, as one that surely did not
	 * run. Anything else that is thrown, also by the stage, ends it {@code INTERNAL}
	 */
	CompletionStage<RpcOutcome> intercept(RpcClientRequest request, Next next);

	/**
	 * The next interceptor, or the call itself.
	 */
	@FunctionalInterface
	interface Next {

		/**
		 * Goes on with the call. Only once: what may be made again, the settings say.
		 * @param request the request
		 * @return the outcome, a failure too: the stage itself does not fail because the
		 * call does. It is there already if the caller waits for the reply
		 * @throws IllegalStateException the second time
		 */
		CompletionStage<RpcOutcome> call(RpcClientRequest request);

	}

}
