package io.rabbitrpc.server.container;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpoint;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Reads what a {@code @RabbitListener} of the container factory {@code rpc} asks for, and
 * refuses at the start what would break a promise or have no effect.
 */
public final class ListenerAttributes {

	private ListenerAttributes() {
	}

	/**
	 * Checks a listener.
	 * @param endpoint what Spring has read off its annotation
	 * @throws IllegalStateException if it cannot be as it asks; the message names the
	 * method and the reason
	 */
	public static void check(@Nullable RabbitListenerEndpoint endpoint) {
		if (!(endpoint instanceof MethodRabbitListenerEndpoint listener)) {
			throw new IllegalStateException("the container factory rpc is for methods with @RabbitListener");
		}
		AcknowledgeMode ackMode = listener.getAckMode();
		refuseIf(ackMode != null && ackMode != AcknowledgeMode.AUTO, listener,
				"has no ackMode: it acknowledges when the reply is out");
		refuseIf(listener.getTaskExecutor() != null, listener,
				"has no executor: it runs on the threads that take requests off the connection");
		refuseIf(listener.isExclusive(), listener,
				"is not exclusive: a new consumer takes over before the old one is cancelled");
		refuseIf(Boolean.TRUE.equals(listener.getBatchListener()), listener,
				"has no batch: each request has a reply of its own");
		String concurrency = listener.getConcurrency();
		refuseIf(concurrency != null && !concurrency.matches("[1-9]\\d*"), listener,
				"has a number as its concurrency, not a range");
		refuseIf(hasSendTo(listener), listener, "has no @SendTo: a reply goes where its request says");
		// What is thrown goes back to the caller, as an outcome and not as an object
		listener.setReturnExceptions(false);
	}

	// Of a listener that is a class, each method may have one, and the class
	private static boolean hasSendTo(MethodRabbitListenerEndpoint listener) {
		Method method = listener.getMethod();
		if (method != null) {
			return isSentTo(method);
		}
		Class<?> type = AopUtils.getTargetClass(listener.getBean());
		return isSentTo(type) || !MethodIntrospector
			.selectMethods(type,
					(MethodFilter) (handler) -> AnnotatedElementUtils.hasAnnotation(handler, RabbitHandler.class)
							&& isSentTo(handler))
			.isEmpty();
	}

	private static boolean isSentTo(AnnotatedElement element) {
		return AnnotatedElementUtils.hasAnnotation(element, SendTo.class);
	}

	private static void refuseIf(boolean condition, MethodRabbitListenerEndpoint listener, String reason) {
		if (condition) {
			throw new IllegalStateException(
					"%s: a listener of the container factory rpc %s".formatted(name(listener), reason));
		}
	}

	private static String name(MethodRabbitListenerEndpoint listener) {
		Method method = listener.getMethod();
		return (method != null) ? method.getDeclaringClass().getSimpleName() + "." + method.getName()
				: AopUtils.getTargetClass(listener.getBean()).getSimpleName();
	}

}
