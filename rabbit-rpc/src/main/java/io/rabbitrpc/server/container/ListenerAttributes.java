package io.rabbitrpc.server.container;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpoint;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.ReflectionUtils.MethodFilter;

import io.rabbitrpc.ExchangeAddress;
import io.rabbitrpc.QueueShards;
import io.rabbitrpc.SharedMethod;

/**
 * Checks the attributes of a {@code @RabbitListener} of the container factory
 * {@code rpc}. It stops the start if an attribute would break a promise or have no
 * effect.
 */
public final class ListenerAttributes {

	// The server's side knows nothing of it
	private static final String CLIENT = "io.rabbitrpc.client.";

	private ListenerAttributes() {
	}

	/**
	 * Checks a listener.
	 * @param endpoint the listener as Spring has read it
	 * @param placeholders replaces placeholders in names of queues
	 * @throws IllegalStateException if an attribute is not possible. The message names
	 * the method and the reason
	 */
	public static void check(@Nullable RabbitListenerEndpoint endpoint, UnaryOperator<String> placeholders) {
		if (!(endpoint instanceof MethodRabbitListenerEndpoint listener)) {
			throw new IllegalStateException("the container factory rpc is for methods with @RabbitListener");
		}
		AcknowledgeMode ackMode = listener.getAckMode();
		failIf(ackMode != null && ackMode != AcknowledgeMode.AUTO, listener,
				"must not set ackMode: it acknowledges when the reply is out");
		failIf(listener.getTaskExecutor() != null, listener,
				"must not set an executor: it runs on the threads that take requests off the connection");
		failIf(listener.isExclusive(), listener,
				"must not be exclusive: a new consumer takes over before the old one is cancelled");
		failIf(Boolean.TRUE.equals(listener.getBatchListener()), listener,
				"must not take batches: each request has a reply of its own");
		String concurrency = listener.getConcurrency();
		failIf(concurrency != null && !concurrency.matches("[1-9]\\d*"), listener,
				"must have a number as its concurrency, not a range");
		failIf(hasSendTo(listener), listener, "must not have @SendTo: a reply goes where its request says");
		checkShared(listener, placeholders);
		// Exceptions go back to the caller as a status, never as a serialised object
		listener.setReturnExceptions(false);
	}

	// The method of an interface that callers share
	private static void checkShared(MethodRabbitListenerEndpoint listener, UnaryOperator<String> placeholders) {
		Class<?> type = AopUtils.getTargetClass(listener.getBean());
		for (Method method : methods(listener)) {
			SharedMethod shared = SharedMethod.of(type, method);
			if (shared != null) {
				checkShared(listener, method, shared);
				checkQueue(listener, shared, ExchangeAddress.of(shared.type(), shared.method(), placeholders));
			}
		}
	}

	private static void checkShared(MethodRabbitListenerEndpoint listener, Method method, SharedMethod shared) {
		String otherwise = "in an interface of their own that extends " + shared.type().getSimpleName();
		Parameter[] parameters = shared.method().getParameters();
		failIf(Stream.of(parameters).anyMatch(ListenerAttributes::isDeadline), listener,
				"must not take a Duration: callers set deadlines, " + otherwise);
		failIf(shared.method().getReturnType().getName().startsWith(CLIENT), listener,
				"must return its value: callers get an RpcReply of it " + otherwise);
		for (int i = 0; i < parameters.length; i++) {
			Parameter own = method.getParameters()[i];
			Header header = parameters[i].getAnnotation(Header.class);
			failIf(header != null && header.name().isEmpty() && !own.isAnnotationPresent(Header.class)
					&& parameters[i].isNamePresent() && own.isNamePresent()
					&& !parameters[i].getName().equals(own.getName()), listener,
					"names a header %s, but callers of %s name it %s: give the @Header there a name".formatted(
							own.getName(), ExchangeAddress.name(shared.type(), shared.method()),
							parameters[i].getName()));
		}
	}

	private static void checkQueue(MethodRabbitListenerEndpoint listener, SharedMethod shared,
			@Nullable ExchangeAddress address) {
		String called = (address != null) ? address.queue() : null;
		Set<String> queues = new TreeSet<>(listener.getQueueNames());
		listener.getQueues().forEach((queue) -> queues.add(queue.getName()));
		if (called != null && queues.stream().noneMatch((queue) -> QueueShards.isShard(queue, called))) {
			throw new IllegalStateException("%s listens to %s, but callers of %s send to %s".formatted(name(listener),
					String.join(", ", queues), ExchangeAddress.name(shared.type(), shared.method()), called));
		}
	}

	// If the listener is a class, its methods that handle requests
	private static Set<Method> methods(MethodRabbitListenerEndpoint listener) {
		Method method = listener.getMethod();
		return (method != null) ? Set.of(method)
				: MethodIntrospector.selectMethods(AopUtils.getTargetClass(listener.getBean()),
						(MethodFilter) (handler) -> AnnotatedElementUtils.hasAnnotation(handler, RabbitHandler.class));
	}

	private static boolean isDeadline(Parameter parameter) {
		return parameter.getType() == Duration.class && !parameter.isAnnotationPresent(Payload.class);
	}

	// If the listener is a class, each of its methods may have one, and the class, too
	private static boolean hasSendTo(MethodRabbitListenerEndpoint listener) {
		return methods(listener).stream().anyMatch(ListenerAttributes::isSentTo)
				|| (listener.getMethod() == null && isSentTo(AopUtils.getTargetClass(listener.getBean())));
	}

	private static boolean isSentTo(AnnotatedElement element) {
		return AnnotatedElementUtils.hasAnnotation(element, SendTo.class);
	}

	private static void failIf(boolean condition, MethodRabbitListenerEndpoint listener, String reason) {
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
