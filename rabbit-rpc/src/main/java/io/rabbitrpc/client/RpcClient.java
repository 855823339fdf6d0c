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
 * }</pre> Every call ends, at the latest 250 ms after its deadline, in a value or in an
 * {@link RpcException} whose status says what happened. It is safe for use by many
 * threads.
 */
public interface RpcClient {

	/**
	 * Names the queue of a call.
	 * @param queue its name
	 * @return the call, to be made once or several times
	 */
	CallSpec queue(String queue);

	/**
	 * Names the exchange of a call. What becomes of its request there, the broker does
	 * not tell: such a call ends by its deadline if no server consumes the queues that
	 * get it.
	 * @param exchange its name
	 * @param routingKey the request's routing key
	 * @return the call, to be made once or several times
	 */
	CallSpec exchange(String exchange, String routingKey);

	/**
	 * A call to be made. One thread at a time may use it. A reply that is read as
	 * {@link Void} is not read at all: it only says that the call has run, and the value
	 * is {@code null}.
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
		 * @throws IllegalArgumentException if it is none that passes, or one too many: 64
		 * headers pass, of 8 KiB together
		 */
		CallSpec header(String name, Object value);

		/**
		 * Sets the priority of the request, if its queue has priorities.
		 * @param priority the priority, from 1 to 255
		 * @return this call
		 * @throws IllegalArgumentException if it is another number
		 */
		CallSpec priority(int priority);

		/**
		 * Says that the call does no harm if it runs more than once. Then it may be made
		 * again, as often as {@code rabbit.rpc.client.retry.max-attempts} says, though it
		 * may have run.
		 * @return this call
		 */
		CallSpec idempotent();

		/**
		 * Makes the call and waits for its reply.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value and what else the reply says
		 * @throws RpcException if there is no value; its {@link RpcException#mayHaveRun}
		 * says whether a server may have run the call all the same
		 */
		<T> RpcReply<T> callForReply(Object request, ParameterizedTypeReference<T> type);

		/**
		 * Makes the call and waits for nothing. If it has a reply, this is read and the
		 * future completes on the thread that reads replies, where to wait for another
		 * call throws; replies of 4 KiB and more on a thread that reads large replies. If
		 * it has failed, the future completes on one of a few threads for callbacks. What
		 * is hung on it and may block should have an executor of its own.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value and what else the reply says, or an {@link RpcException} as
		 * its cause of failure. Cancelling it ends the call; a server may still run it
		 */
		<T> CompletableFuture<RpcReply<T>> callForReplyAsync(Object request, ParameterizedTypeReference<T> type);

		/**
		 * Makes many calls, several at a time, as the stream is read. Closing it cancels
		 * those that have not ended.
		 * @param requests what the requests are made of, possibly without end
		 * @param inFlight how many calls are under way at a time, from 1 to
		 * {@code rabbit.rpc.client.max-in-flight}
		 * @param type what the replies are read as
		 * @param <T> the same
		 * @return the values in the order of the requests. Reading a value whose call
		 * failed throws its {@link RpcException}
		 * @throws IllegalArgumentException if {@code inFlight} is less than 1
		 */
		<T> Stream<T> callAll(Stream<?> requests, int inFlight, ParameterizedTypeReference<T> type);

		/**
		 * Makes many calls, as {@link #callAll(Stream, int, ParameterizedTypeReference)}.
		 * @param requests what the requests are made of, possibly without end
		 * @param inFlight how many calls are under way at a time, from 1 to
		 * {@code rabbit.rpc.client.max-in-flight}
		 * @param type what the replies are read as
		 * @param <T> the same
		 * @return the values in the order of the requests
		 * @throws IllegalArgumentException if {@code inFlight} is less than 1
		 */
		default <T> Stream<T> callAll(Stream<?> requests, int inFlight, Class<T> type) {
			return callAll(requests, inFlight, ParameterizedTypeReference.forType(type));
		}

		/**
		 * Makes the call and waits for its reply.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value and what else the reply says
		 * @throws RpcException if there is no value
		 */
		default <T> RpcReply<T> callForReply(Object request, Class<T> type) {
			return callForReply(request, ParameterizedTypeReference.<T>forType(type));
		}

		/**
		 * Makes the call and waits for nothing.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value and what else the reply says, or an {@link RpcException} as
		 * its cause of failure, as in
		 * {@link #callForReplyAsync(Object, ParameterizedTypeReference)}
		 */
		default <T> CompletableFuture<RpcReply<T>> callForReplyAsync(Object request, Class<T> type) {
			return callForReplyAsync(request, ParameterizedTypeReference.<T>forType(type));
		}

		/**
		 * Makes the call and waits for its value.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value
		 * @throws RpcException if there is none, as in
		 * {@link #callForReply(Object, ParameterizedTypeReference)}
		 */
		default <T> T call(Object request, ParameterizedTypeReference<T> type) {
			return callForReply(request, type).value();
		}

		/**
		 * Makes the call and waits for its value.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value
		 * @throws RpcException if there is none, as in
		 * {@link #callForReply(Object, ParameterizedTypeReference)}
		 */
		default <T> T call(Object request, Class<T> type) {
			return call(request, ParameterizedTypeReference.forType(type));
		}

		/**
		 * Makes the call and waits for nothing.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value, or an {@link RpcException} as its cause of failure, as in
		 * {@link #callForReplyAsync(Object, ParameterizedTypeReference)}
		 */
		<T> CompletableFuture<T> callAsync(Object request, ParameterizedTypeReference<T> type);

		/**
		 * Makes the call and waits for nothing.
		 * @param request what the request is made of
		 * @param type what the reply is read as
		 * @param <T> the same
		 * @return the value, or an {@link RpcException} as its cause of failure, as in
		 * {@link #callForReplyAsync(Object, ParameterizedTypeReference)}
		 */
		default <T> CompletableFuture<T> callAsync(Object request, Class<T> type) {
			return callAsync(request, ParameterizedTypeReference.forType(type));
		}

	}

}
