package io.rabbitrpc;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * The settings of {@link RpcExchange} for one method, taken from the method and from its
 * interface.
 *
 * @param exchange the exchange, empty for the default exchange
 * @param routingKey the routing key, which on the default exchange is the queue
 * @param idempotent whether a call does no harm if it runs more than once
 * @param priority the priority of requests, or 0 for none
 */
public record ExchangeAddress(String exchange, String routingKey, boolean idempotent, int priority) {

	private static final int MAX_PRIORITY = 255;

	/**
	 * Reads the settings of a method.
	 * @param type the interface that has the method. It may have it from an interface
	 * that it extends
	 * @param method the method
	 * @param placeholders replaces placeholders in names
	 * @return where the calls of the method go, or {@code null} if there is no annotation
	 * @throws IllegalArgumentException if the annotations contradict each other. The
	 * message names the method
	 */
	public static @Nullable ExchangeAddress of(Class<?> type, Method method, UnaryOperator<String> placeholders) {
		RpcExchange own = AnnotatedElementUtils.findMergedAnnotation(method, RpcExchange.class);
		String name = name(type, method);
		RpcExchange common = common(type, method, own != null && namesSomething(own));
		if (own == null && common == null) {
			return null;
		}
		RpcExchange naming = ((own != null && namesSomething(own)) || common == null) ? own : common;
		String queue = text(naming, RpcExchange::value);
		String exchange = text(naming, RpcExchange::exchange);
		String routingKey = text(naming, RpcExchange::routingKey);
		Assert.isTrue(queue.isEmpty() || (exchange.isEmpty() && routingKey.isEmpty()),
				() -> "%s names both a queue and an exchange in its @RpcExchange".formatted(name));
		if (queue.isEmpty() && exchange.isEmpty()) {
			// The methods of one exchange may have different routing keys
			exchange = text(common, RpcExchange::exchange);
			Assert.isTrue(!exchange.isEmpty(),
					() -> "%s names no queue: its @RpcExchange needs one, or an exchange".formatted(name));
		}
		int priority = (own != null && own.priority() != 0) ? own.priority() : (common != null) ? common.priority() : 0;
		Assert.isTrue(priority >= 0 && priority <= MAX_PRIORITY,
				() -> "%s has the priority %d, which is not from 1 to %d".formatted(name, priority, MAX_PRIORITY));
		// An annotation cannot tell false from "not set". The annotation of the interface
		// must not make this method run twice
		boolean idempotent = (own != null) ? own.idempotent() : common != null && common.idempotent();
		return new ExchangeAddress(placeholders.apply(exchange),
				placeholders.apply(queue.isEmpty() ? routingKey : queue), idempotent, priority);
	}

	// If an interface extends others, each method belongs to the one that declares it
	private static @Nullable RpcExchange common(Class<?> type, Method method, boolean named) {
		RpcExchange ofType = AnnotatedElementUtils.getMergedAnnotation(type, RpcExchange.class);
		if (ofType != null) {
			return ofType;
		}
		List<RpcExchange> inherited = Stream.of(type.getInterfaces())
			.filter((parent) -> method.getDeclaringClass().isAssignableFrom(parent)
					|| ClassUtils.hasMethod(parent, method.getName(), method.getParameterTypes()))
			.map((parent) -> common(parent, method, named))
			.filter(Objects::nonNull)
			.distinct()
			.toList();
		Assert.isTrue(named || inherited.size() < 2,
				() -> "%s comes from two interfaces with different @RpcExchange: give it an @RpcExchange of its own"
					.formatted(name(type, method)));
		return (inherited.size() == 1) ? inherited.get(0) : null;
	}

	/**
	 * Names a method in a sentence.
	 * @param type the type that has it
	 * @param method the method
	 * @return both names
	 */
	public static String name(Class<?> type, Method method) {
		return type.getSimpleName() + "." + method.getName();
	}

	/**
	 * The queue that the requests go to, as far as it can be known.
	 * @return its name, or {@code null} if they go to an exchange
	 */
	public @Nullable String queue() {
		return this.exchange.isEmpty() ? this.routingKey : null;
	}

	private static boolean namesSomething(RpcExchange exchange) {
		return !exchange.value().isEmpty() || !exchange.exchange().isEmpty() || !exchange.routingKey().isEmpty();
	}

	private static String text(@Nullable RpcExchange exchange, Function<RpcExchange, String> attribute) {
		return (exchange != null) ? attribute.apply(exchange) : "";
	}

}
