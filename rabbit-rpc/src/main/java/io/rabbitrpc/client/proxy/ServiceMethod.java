package io.rabbitrpc.client.proxy;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.util.Assert;

import io.rabbitrpc.ExchangeAddress;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcClient.CallSpec;

/**
 * A method that is a call: its address, its arguments and its result.
 */
final class ServiceMethod {

	private static final Object NO_PAYLOAD = Map.of();

	private final Method method;

	private final ExchangeAddress address;

	private final List<ServiceArgument> arguments;

	private final ServiceResult result;

	private ServiceMethod(Method method, ExchangeAddress address, List<ServiceArgument> arguments,
			ServiceResult result) {
		this.method = method;
		this.address = address;
		this.arguments = arguments;
		this.result = result;
	}

	/**
	 * Reads a method.
	 * @param type the interface that has it. It may have it from an interface that it
	 * extends
	 * @param method the method
	 * @param placeholders replaces placeholders in names and in default values of headers
	 * @return the method
	 * @throws IllegalArgumentException if it cannot be a call
	 */
	static ServiceMethod of(Class<?> type, Method method, UnaryOperator<String> placeholders) {
		String name = ExchangeAddress.name(type, method);
		ExchangeAddress address = ExchangeAddress.of(type, method, placeholders);
		Assert.isTrue(address != null, () -> name + " has no @RpcExchange that names its queue");
		return new ServiceMethod(method, address, arguments(name, type, method, placeholders),
				ServiceResult.of(name, type, method));
	}

	private static List<ServiceArgument> arguments(String name, Class<?> type, Method method,
			UnaryOperator<String> placeholders) {
		List<ServiceArgument> arguments = new ArrayList<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			MethodParameter parameter = new SynthesizingMethodParameter(method, i).withContainingClass(type);
			parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
			arguments.add(ServiceArgument.of(name, parameter, placeholders));
		}
		failIfTwo(name, arguments, ServiceArgument.Kind.PAYLOAD, "payloads",
				"all but one must be a @Header or a Duration");
		failIfTwo(name, arguments, ServiceArgument.Kind.DEADLINE, "deadlines", "a call has one");
		return arguments;
	}

	private static void failIfTwo(String name, List<ServiceArgument> arguments, ServiceArgument.Kind kind, String what,
			String reason) {
		List<String> names = arguments.stream()
			.filter((argument) -> argument.kind() == kind)
			.map(ServiceArgument::name)
			.toList();
		Assert.isTrue(names.size() < 2,
				() -> "%s has %d %s, %s: %s".formatted(name, names.size(), what, String.join(" and ", names), reason));
	}

	Method method() {
		return this.method;
	}

	/**
	 * The type of the payload.
	 * @return the type, or nothing if there is no payload
	 */
	List<Type> payloads() {
		return IntStream.range(0, this.arguments.size())
			.filter((i) -> this.arguments.get(i).kind() == ServiceArgument.Kind.PAYLOAD)
			.mapToObj((i) -> this.method.getGenericParameterTypes()[i])
			.toList();
	}

	/**
	 * Makes the call.
	 * @param client makes it
	 * @param given what the method was called with
	 * @return what the method returns
	 * @throws RpcException if there is no value
	 */
	@Nullable Object call(RpcClient client, @Nullable Object[] given) {
		return this.result.of(() -> prepare(client, given));
	}

	private PreparedCall prepare(RpcClient client, @Nullable Object[] given) {
		CallSpec call = client.exchange(this.address.exchange(), this.address.routingKey());
		if (this.address.idempotent()) {
			call.idempotent();
		}
		if (this.address.priority() > 0) {
			call.priority(this.address.priority());
		}
		Object payload = NO_PAYLOAD;
		try {
			for (int i = 0; i < given.length; i++) {
				ServiceArgument argument = this.arguments.get(i);
				Object value = argument.value(given[i]);
				if (argument.kind() == ServiceArgument.Kind.PAYLOAD && value != null) {
					payload = value;
				}
				else if (value != null) {
					argument.addTo(call, value);
				}
			}
		}
		catch (IllegalArgumentException ex) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, String.valueOf(ex.getMessage()), false, ex);
		}
		return new PreparedCall(call, payload);
	}

	/**
	 * A call with its headers, deadline and payload.
	 *
	 * @param call the call
	 * @param payload the payload
	 */
	record PreparedCall(CallSpec call, Object payload) {
	}

}
