package io.rabbitrpc.server;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AmqpAcknowledgment;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.amqp.rabbit.listener.api.RabbitListenerErrorHandler;
import org.springframework.amqp.support.converter.MessagingMessageConverterAdapter;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;

/**
 * Calls a listener's method. A parameter of the type {@link RpcRequest} is not taken for
 * the payload. Annotations of the method's interfaces count for its parameters, too.
 */
class RequestListener extends MessagingMessageListenerAdapter {

	private static final Set<Class<?>> NO_PAYLOADS = Set.of(Message.class, MessageProperties.class,
			AmqpAcknowledgment.class, MessageHeaders.class, Channel.class, RpcRequest.class);

	RequestListener(@Nullable Object bean, @Nullable Method method, boolean returnExceptions,
			@Nullable RabbitListenerErrorHandler errorHandler) {
		super(bean, method, returnExceptions, errorHandler);
	}

	@Override
	protected MessagingMessageConverterAdapter newMessagingMessageConverterAdapter(@Nullable Object bean,
			@Nullable Method method, boolean batch) {
		return (bean != null && method != null && interfacesSaySomething(method))
				? new InheritedPayload(bean, method, batch)
				: new MessagingMessageConverterAdapter(bean, method, batch, Channel.class, RpcRequest.class);
	}

	/**
	 * The parameters of a listener's method, with the annotations of its interfaces, so
	 * that Spring finds their arguments.
	 * @param method the method
	 * @return its parameters
	 */
	static List<MethodParameter> parameters(Method method) {
		return List.of(new AnnotatedMethod(method).getMethodParameters());
	}

	private static boolean interfacesSaySomething(Method method) {
		return parameters(method).stream()
			.anyMatch((parameter) -> Stream.of(Payload.class, Header.class, Headers.class)
				.anyMatch((type) -> parameter.hasParameterAnnotation(type)
						&& !parameter.getParameter().isAnnotationPresent(type)));
	}

	/**
	 * Converts a body to the type of the payload parameter. Spring AMQP looks only at the
	 * annotations of the method itself. This also looks at those of its interfaces.
	 */
	private static final class InheritedPayload extends MessagingMessageConverterAdapter {

		private final Method method;

		private final @Nullable Type payload;

		InheritedPayload(Object bean, Method method, boolean batch) {
			super(bean, null, batch);
			this.method = method;
			this.payload = payload(parameters(method));
		}

		private static @Nullable Type payload(List<MethodParameter> parameters) {
			List<MethodParameter> possible = parameters.stream().filter(InheritedPayload::mayBePayload).toList();
			List<MethodParameter> named = possible.stream()
				.filter((parameter) -> parameter.hasParameterAnnotation(Payload.class))
				.toList();
			List<MethodParameter> found = named.isEmpty() ? possible : named;
			if (found.size() != 1) {
				return null;
			}
			ResolvableType type = ResolvableType.forMethodParameter(found.get(0));
			boolean wrapped = type.toClass() == Optional.class
					|| type.toClass() == org.springframework.messaging.Message.class;
			return wrapped ? type.getGeneric(0).getType() : type.getType();
		}

		private static boolean mayBePayload(MethodParameter parameter) {
			return !NO_PAYLOADS.contains(parameter.getParameterType())
					&& !parameter.hasParameterAnnotation(Header.class)
					&& !parameter.hasParameterAnnotation(Headers.class);
		}

		@Override
		public Method getMethod() {
			return this.method;
		}

		@Override
		public Object extractPayload(Message message) {
			message.getMessageProperties().setTargetMethod(this.method);
			if (this.payload != null) {
				message.getMessageProperties().setInferredArgumentType(this.payload);
			}
			return super.extractPayload(message);
		}

	}

}
