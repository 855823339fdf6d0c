package io.rabbitrpc.server;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.AmqpHeaderMapper;
import org.springframework.amqp.support.SimpleAmqpHeaderMapper;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

/**
 * Decides whether a listener's messages get headers. To map the twenty properties of a
 * message is a tenth of a server's work for a request. So a method without header
 * parameters gets none.
 */
final class HeaderMapping {

	private static final AmqpHeaderMapper NONE = new NoHeaders();

	private HeaderMapping() {
	}

	/**
	 * Chooses the mapper for a listener.
	 * @param method the listener's method, {@code null} if it has several
	 * @return its mapper
	 */
	static AmqpHeaderMapper of(@Nullable Method method) {
		List<MethodParameter> parameters = (method != null)
				? RequestListener.parameters(method).stream().filter(HeaderMapping::needsMessage).toList() : List.of();
		boolean payloadOnly = method != null && parameters.size() == 1 && !isAboutHeaders(parameters.get(0))
				&& !Message.class.isAssignableFrom(method.getReturnType());
		return payloadOnly ? NONE : new SimpleAmqpHeaderMapper();
	}

	private static boolean needsMessage(MethodParameter parameter) {
		return parameter.getParameterType() != RpcRequest.class;
	}

	private static boolean isAboutHeaders(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)
				|| parameter.getParameterType().getName().startsWith(Message.class.getPackageName());
	}

	/**
	 * Maps nothing.
	 */
	private static final class NoHeaders implements AmqpHeaderMapper {

		@Override
		public MessageHeaders toHeaders(MessageProperties properties) {
			return new MessageHeaders(Map.of());
		}

		@Override
		public void fromHeaders(MessageHeaders headers, MessageProperties properties) {
			// Only the result becomes the reply
		}

	}

}
