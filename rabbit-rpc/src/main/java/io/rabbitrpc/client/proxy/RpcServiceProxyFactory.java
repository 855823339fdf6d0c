package io.rabbitrpc.client.proxy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import org.springframework.messaging.handler.annotation.Header;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcExchange;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcReply;

/**
 * Implements interfaces whose methods make calls by an {@link RpcClient}.
 * <p>
 * Parameters of a method: at most one payload; {@link Header}s, of which those that are
 * not required may be {@code null} or an empty {@code Optional} and are not sent then;
 * and a {@link Duration}, which is the call's deadline if it is not {@code null}. A
 * method without a payload sends what an empty map is written as, with JSON
 * <code>{}</code>.
 * <p>
 * It returns the value, or an {@link RpcReply} with the value, or {@code void}, and
 * throws an {@link RpcException} if there is none: it waits for the reply in each of
 * these cases. Or it returns a {@link CompletableFuture} of one of these, or a
 * {@code Mono} if Reactor is on the class path. A {@code Mono} makes a call for each
 * subscription, and to cancel one ends its call. Where what hangs on either runs,
 * {@link RpcClient.CallSpec} says; on the thread that reads replies, {@code block()} of a
 * {@code Mono} throws an {@link IllegalStateException}.
 * <p>
 * Default methods do what they say.
 */
public final class RpcServiceProxyFactory {

	private final RpcClient client;

	private final UnaryOperator<String> placeholders;

	/**
	 * Creates a factory.
	 * @param client makes the calls
	 */
	public RpcServiceProxyFactory(RpcClient client) {
		this(client, UnaryOperator.identity());
	}

	/**
	 * Creates a factory.
	 * @param client makes the calls
	 * @param placeholders replaces those in the names of queues, exchanges, routing keys
	 * and headers, and in the default values of headers
	 */
	public RpcServiceProxyFactory(RpcClient client, UnaryOperator<String> placeholders) {
		this.client = client;
		this.placeholders = placeholders;
	}

	/**
	 * Implements an interface.
	 * @param type the interface
	 * @param <S> the same
	 * @return an object that many threads may use
	 * @throws IllegalArgumentException if a method cannot be a call, for example because
	 * no {@link RpcExchange} names its queue; the message says which method or parameter,
	 * and why
	 */
	public <S> S createClient(Class<S> type) {
		ServiceCalls calls = new ServiceCalls(type, this.client, this.placeholders);
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, calls));
	}

}
