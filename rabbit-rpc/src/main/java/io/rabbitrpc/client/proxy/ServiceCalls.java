package io.rabbitrpc.client.proxy;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

import io.rabbitrpc.client.RpcClient;

/**
 * Makes the calls of an interface's methods.
 */
final class ServiceCalls implements InvocationHandler {

	private static final Object[] NO_ARGUMENTS = new Object[0];

	private final Class<?> type;

	private final RpcClient client;

	private final Map<Method, ServiceMethod> methods = new HashMap<>();

	private final Map<Method, MethodHandle> defaults = new HashMap<>();

	ServiceCalls(Class<?> type, RpcClient client, UnaryOperator<String> placeholders) {
		this.type = type;
		this.client = client;
		methods(type, placeholders).forEach((method) -> this.methods.put(method.method(), method));
		Stream.of(type.getMethods())
			.filter(Method::isDefault)
			.forEach((method) -> this.defaults.put(method, handle(method)));
	}

	// The interface may be package-private
	private static MethodHandle handle(Method method) {
		try {
			Class<?> declaring = method.getDeclaringClass();
			return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup()).unreflectSpecial(method, declaring);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalArgumentException("%s cannot be called".formatted(method), ex);
		}
	}

	/**
	 * Reads the methods of an interface that are calls.
	 * @param type the interface
	 * @param placeholders replaces those in names
	 * @return all methods except static and default ones
	 * @throws IllegalArgumentException if one cannot be a call
	 */
	static List<ServiceMethod> methods(Class<?> type, UnaryOperator<String> placeholders) {
		Assert.isTrue(type.isInterface(),
				() -> type.getName() + " is not an interface, so its methods cannot be calls");
		return Stream.of(type.getMethods())
			.filter((method) -> Modifier.isAbstract(method.getModifiers()) && !ReflectionUtils.isObjectMethod(method))
			.map((method) -> ServiceMethod.of(type, method, placeholders))
			.toList();
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
		@Nullable Object[] arguments = (given != null) ? given : NO_ARGUMENTS;
		ServiceMethod call = this.methods.get(method);
		if (call != null) {
			return call.call(this.client, arguments);
		}
		MethodHandle ofInterface = this.defaults.get(method);
		if (ofInterface != null) {
			return ofInterface.bindTo(proxy).invokeWithArguments(arguments);
		}
		return switch (method.getName()) {
			case "equals" -> proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			default -> "calls of " + this.type.getName();
		};
	}

}
