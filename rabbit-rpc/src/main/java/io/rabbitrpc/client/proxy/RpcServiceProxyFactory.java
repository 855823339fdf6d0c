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
 * A method may have these parameters: at most one payload; any number of {@link Header}s;
 * and a {@link Duration}, which is the call's deadline if it is not {@code null}. A
 * header that is not required may be {@code null} or an empty {@code Optional}. Then it
 * is not sent. A method without a payload sends an empty map, which in JSON is
 * <code>{}</code>.
 * <p>
 * A method may return the value, an {@link RpcReply} with the value, or {@code void}. It
 * waits for the reply in all three cases, and throws an {@link RpcException} if the call
 * fails. It may also return a {@link CompletableFuture} of these, or a {@code Mono} if
 * Reactor is on the class path. A {@code Mono} makes a call for each subscription. To
 * cancel the subscription ends the call. {@link RpcClient.CallSpec} says on which thread
 * code runs that follows a future or a {@code Mono}. On the thread that reads replies,
 * {@code block()} of a {@code Mono} throws an {@link IllegalStateException}.
 * <p>
 * A default method makes no call by itself: its own body runs.
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
	 * @param <S> the interface
	 * @return an object that many threads may use
	 * @throws IllegalArgumentException if a method cannot be a call, for example because
	 * no {@link RpcExchange} names its queue. The message names the method or the
	 * parameter, and the reason
	 */
	public <S> S createClient(Class<S> type) {
		ServiceCalls calls = new ServiceCalls(type, this.client, this.placeholders);
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, calls));
	}

}
