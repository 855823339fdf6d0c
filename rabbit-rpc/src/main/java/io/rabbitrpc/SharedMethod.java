package io.rabbitrpc;

import java.lang.reflect.Method;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * A method of an interface that both sides share, which a listener implements.
 *
 * @param type the interface
 * @param method the method, as the interface or one that it extends declares it
 */
public record SharedMethod(Class<?> type, Method method) {

	/**
	 * Finds the interface method that a listener's method implements.
	 * @param listener the listener's class
	 * @param method its method
	 * @return the method of an interface that has an {@link RpcExchange}, or {@code null}
	 * if there is none
	 */
	public static @Nullable SharedMethod of(Class<?> listener, Method method) {
		for (Class<?> type : ClassUtils.getAllInterfacesForClassAsSet(listener)) {
			Method shared = Stream.of(type.getMethods())
				.filter((candidate) -> isImplementedBy(method, candidate, listener)
						&& ExchangeAddress.of(type, candidate, UnaryOperator.identity()) != null)
				.findFirst()
				.orElse(null);
			if (shared != null) {
				return new SharedMethod(type, shared);
			}
		}
		return null;
	}

	private static boolean isImplementedBy(Method method, Method candidate, Class<?> listener) {
		return candidate.getName().equals(method.getName())
				&& candidate.getParameterCount() == method.getParameterCount()
				&& IntStream.range(0, method.getParameterCount())
					.allMatch((i) -> ResolvableType.forMethodParameter(candidate, i, listener)
						.toClass() == method.getParameterTypes()[i]);
	}

}
