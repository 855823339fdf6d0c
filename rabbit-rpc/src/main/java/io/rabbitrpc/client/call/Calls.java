package io.rabbitrpc.client.call;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;

/**
 * Makes calls, each of which ends in a value or in an {@link RpcException}.
 */
public interface Calls {

	/**
	 * Makes a call and waits for it.
	 * @param request the request
	 * @param reader makes a value of the reply, or throws
	 * @param <T> the value
	 * @return the value
	 */
	<T> T call(RpcRequest request, Function<Message, T> reader);

	/**
	 * Makes a call and returns at once.
	 * @param request the request
	 * @param reader makes a value of the reply, or throws
	 * @param <T> the value
	 * @return a future of the value. If the call fails, the future fails with an
	 * {@link RpcException}
	 */
	<T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader);

}
