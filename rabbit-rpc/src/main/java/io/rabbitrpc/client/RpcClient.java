package io.rabbitrpc.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.springframework.core.ParameterizedTypeReference;

import io.rabbitrpc.RpcException;

/**
 * Makes calls to queues: name the queue, say what is special about the call, make it.
 * <pre>{@code
 * Quote quote = rpc.queue("quotes").deadline(Duration.ofMillis(300)).call(request, Quote.class);
 * }</pre> Every call ends at most 250 ms after its deadline: in a value, or in an
 * {@link RpcException} whose status says what happened. A client is safe for many
 * threads.
 */
public interface RpcClient {

	/**
	 * Names the queue of a call.
	 * @param queue its name
	 * @return the call. You can make it several times
	 */
	CallSpec queue(String queue);

	/**
	 * Names the exchange of a call. The broker does not tell to which queues an exchange
	 * sends a request. So if no server consumes these queues, such a call ends only at
	 * its deadline.
	 * @param exchange its name
	 * @param routingKey the request's routing key
	 * @return the call. You can make it several times
	 */
	CallSpec exchange(String exchange, String routingKey);

	/**
	 * A call that you can make. Only one thread at a time may use it. If you ask for
	 * {@link Void}, the reply's body is not read: the value is {@code null}, and the
	 * reply only shows that the call has run.
	 */
	interface CallSpec {

		/**
		 * Sets how long the call may take.
		 * @param deadline the time, from 1 ms to 1 day
		 * @return this call
		 */
		CallSpec deadline(Duration deadline);

		/**
		 * Adds a header to the request.
		 * @param name its name, which does not begin with {@code x-rpc-}
		 * @param value a string, number, boolean or date
		 * @return this call
		 * @throws IllegalArgumentException if the header cannot pass. At most 64 headers
		 * with 8 KiB together pass
		 */
		CallSpec header(String name, Object value);

		/**
		 * Sets the priority of the request. It has an effect if the queue has priorities.
		 * @param priority the priority, from 1 to 255
		 * @return this call
		 * @throws IllegalArgumentException if it is another number
		 */
		CallSpec priority(int priority);

		/**
		 * Says that the call does no harm if it runs more than once. Then the library may
		 * make it again even if it may have run, as often as
		 * {@code rabbit.rpc.client.retry.max-attempts} says.
		 * @return this call
		 */
		CallSpec idempotent();

		/**
		 * Makes the call and waits for its reply.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return the value and the rest of the reply
		 * @throws RpcException if there is no value. Its {@link RpcException#mayHaveRun}
		 * says whether a server may still have run the call
		 */
		<T> RpcReply<T> callForReply(Object request, ParameterizedTypeReference<T> type);

		/**
		 * Makes the call and returns at once. The future completes on the thread that
		 * reads replies. If you wait for another call on that thread, the wait throws. A
		 * reply of 4 KiB or more completes on a thread for large replies, and a failure
		 * on one of a few threads for callbacks. If code that follows the future may
		 * block, give it an executor.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return a future of the value and the rest of the reply. If the call fails, the
		 * future fails with an {@link RpcException}. To cancel the future ends the call,
		 * but a server may still run it
		 */
		<T> CompletableFuture<RpcReply<T>> callForReplyAsync(Object request, ParameterizedTypeReference<T> type);

		/**
		 * Makes many calls, several at a time, while the stream is read. If you close the
		 * stream, the calls that have not ended are cancelled.
		 * @param requests the objects that the message converter writes into the
		 * requests. The stream may be infinite
		 * @param inFlight how many calls are under way at a time, from 1 to
		 * {@code rabbit.rpc.client.max-in-flight}
		 * @param type the type of the values
		 * @param <T> the type of the value
		 * @return the values in the order of the requests. Reading a value whose call
		 * failed throws its {@link RpcException}
		 * @throws IllegalArgumentException if {@code inFlight} is less than 1
		 */
		<T> Stream<T> callAll(Stream<?> requests, int inFlight, ParameterizedTypeReference<T> type);

		/**
		 * Makes many calls, as {@link #callAll(Stream, int, ParameterizedTypeReference)}.
		 * @param requests the objects that the message converter writes into the
		 * requests. The stream may be infinite
		 * @param inFlight how many calls are under way at a time, from 1 to
		 * {@code rabbit.rpc.client.max-in-flight}
		 * @param type the type of the values
		 * @param <T> the type of the value
		 * @return the values in the order of the requests
		 * @throws IllegalArgumentException if {@code inFlight} is less than 1
		 */
		default <T> Stream<T> callAll(Stream<?> requests, int inFlight, Class<T> type) {
			return callAll(requests, inFlight, ParameterizedTypeReference.forType(type));
		}

		/**
		 * Makes the call and waits for its reply.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return the value and the rest of the reply
		 * @throws RpcException if there is no value
		 */
		default <T> RpcReply<T> callForReply(Object request, Class<T> type) {
			return callForReply(request, ParameterizedTypeReference.<T>forType(type));
		}

		/**
		 * Makes the call and returns at once, as
		 * {@link #callForReplyAsync(Object, ParameterizedTypeReference)}.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return a future of the value and the rest of the reply. If the call fails, the
		 * future fails with an {@link RpcException}
		 */
		default <T> CompletableFuture<RpcReply<T>> callForReplyAsync(Object request, Class<T> type) {
			return callForReplyAsync(request, ParameterizedTypeReference.<T>forType(type));
		}

		/**
		 * Makes the call and waits for its value.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return the value
		 * @throws RpcException if there is none, as in
		 * {@link #callForReply(Object, ParameterizedTypeReference)}
		 */
		default <T> T call(Object request, ParameterizedTypeReference<T> type) {
			return callForReply(request, type).value();
		}

		/**
		 * Makes the call and waits for its value.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return the value
		 * @throws RpcException if there is none, as in
		 * {@link #callForReply(Object, ParameterizedTypeReference)}
		 */
		default <T> T call(Object request, Class<T> type) {
			return call(request, ParameterizedTypeReference.forType(type));
		}

		/**
		 * Makes the call and returns at once, as
		 * {@link #callForReplyAsync(Object, ParameterizedTypeReference)}.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return a future of the value. If the call fails, the future fails with an
		 * {@link RpcException}
		 */
		<T> CompletableFuture<T> callAsync(Object request, ParameterizedTypeReference<T> type);

		/**
		 * Makes the call and returns at once, as
		 * {@link #callForReplyAsync(Object, ParameterizedTypeReference)}.
		 * @param request the object that the message converter writes into the request
		 * @param type the type of the value
		 * @param <T> the type of the value
		 * @return a future of the value. If the call fails, the future fails with an
		 * {@link RpcException}
		 */
		default <T> CompletableFuture<T> callAsync(Object request, Class<T> type) {
			return callAsync(request, ParameterizedTypeReference.forType(type));
		}

	}

}
