package io.rabbitrpc.client.proxy;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.client.RpcClient.CallSpec;

/**
 * The meaning of a method's parameter for the call.
 *
 * @param name the name of the parameter, or of the header
 * @param kind what it is
 * @param required whether it must have a value
 * @param otherwise the default value of a header, or {@code null}
 */
record ServiceArgument(String name, Kind kind, boolean required, @Nullable String otherwise) {

	private static final List<Class<?>> HEADERS = List.of(CharSequence.class, Number.class, Boolean.class, Date.class,
			Enum.class, UUID.class);

	/**
	 * Reads a parameter.
	 * @param method the method's name in sentences
	 * @param parameter the parameter
	 * @param placeholders replaces those in a header's name and in its default value
	 * @return its meaning
	 * @throws IllegalArgumentException if it has none
	 */
	static ServiceArgument of(String method, MethodParameter parameter, UnaryOperator<String> placeholders) {
		String name = (parameter.getParameterName() != null) ? parameter.getParameterName()
				: "number " + (parameter.getParameterIndex() + 1);
		Header header = parameter.getParameterAnnotation(Header.class);
		if (header != null) {
			return header(method, parameter, name, header, placeholders);
		}
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		if (payload == null && parameter.getParameterType() == Duration.class) {
			return new ServiceArgument(name, Kind.DEADLINE, false, null);
		}
		failUnless(payload != null || !isMessaging(parameter), method, name,
				"is neither the payload, a @Header nor a Duration");
		return new ServiceArgument(name, Kind.PAYLOAD, true, null);
	}

	// These are parts of a received message, but this method sends one
	private static boolean isMessaging(MethodParameter parameter) {
		String messaging = Header.class.getPackageName();
		for (var annotation : parameter.getParameterAnnotations()) {
			if (annotation.annotationType().getPackageName().equals(messaging)) {
				return true;
			}
		}
		String type = parameter.getParameterType().getName();
		return type.startsWith("org.springframework.messaging.") || type.startsWith("org.springframework.amqp.")
				|| type.startsWith("com.rabbitmq.client.");
	}

	private static ServiceArgument header(String method, MethodParameter parameter, String name, Header header,
			UnaryOperator<String> placeholders) {
		String given = placeholders.apply(header.name());
		failUnless(!given.isEmpty() || parameter.getParameterName() != null, method, name,
				"is a @Header without a name: give it one, or compile with -parameters");
		String sent = given.isEmpty() ? name : given;
		failUnless(ApplicationHeaders.of(Map.of(sent, "")).passed().size() == 1, method, name,
				"is the header %s, which is reserved or too large".formatted(sent));
		ResolvableType type = ResolvableType.forMethodParameter(parameter);
		Class<?> value = ClassUtils.resolvePrimitiveIfNecessary(
				(type.toClass() == Optional.class) ? type.getGeneric(0).toClass() : type.toClass());
		failUnless(HEADERS.stream().anyMatch((allowed) -> allowed.isAssignableFrom(value)), method, name,
				"is a header of type %s: a header is a text, number, boolean, date, enum or UUID"
					.formatted(value.getSimpleName()));
		String otherwise = ValueConstants.DEFAULT_NONE.equals(header.defaultValue()) ? null
				: placeholders.apply(header.defaultValue());
		return new ServiceArgument(sent, Kind.HEADER,
				header.required() && otherwise == null && type.toClass() != Optional.class, otherwise);
	}

	private static void failUnless(boolean condition, String method, String parameter, String reason) {
		Assert.isTrue(condition, () -> "%s: the parameter %s %s".formatted(method, parameter, reason));
	}

	/**
	 * Finds the value to send for an argument.
	 * @param given the argument
	 * @return its value, or {@code null} to send nothing
	 * @throws IllegalArgumentException if there is no value, but one is required
	 */
	@Nullable Object value(@Nullable Object given) {
		Object value = (given instanceof Optional<?> optional) ? optional.orElse(null) : given;
		if (value == null) {
			Assert.isTrue(!this.required,
					() -> "the %s %s is null".formatted((this.kind == Kind.HEADER) ? "header" : "payload", this.name));
			return this.otherwise;
		}
		return value;
	}

	void addTo(CallSpec call, Object value) {
		if (this.kind == Kind.DEADLINE) {
			call.deadline((Duration) value);
		}
		else if (value instanceof Enum<?> constant) {
			call.header(this.name, constant.name());
		}
		else {
			call.header(this.name, (value instanceof CharSequence || value instanceof UUID) ? value.toString() : value);
		}
	}

	/**
	 * The kinds of arguments.
	 */
	enum Kind {

		/** The body. */
		PAYLOAD,

		/** A header. */
		HEADER,

		/** The deadline. */
		DEADLINE

	}

}
