package io.rabbitrpc.server;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.MultiMethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.api.RabbitListenerErrorHandler;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.GenericMessageConverter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.support.PayloadMethodArgumentResolver;
import org.springframework.validation.Errors;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.ValidationUtils;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Validates the requests of a listener with {@code @Valid} or {@code @Validated}. Spring
 * AMQP ignores both annotations unless the application registers a validator for all its
 * listeners.
 */
final class ValidatingListener extends RequestListener {

	private final MethodParameter parameter;

	private final Validation validation;

	private ValidatingListener(@Nullable Object bean, @Nullable Method method, MethodParameter parameter,
			boolean returnExceptions, @Nullable RabbitListenerErrorHandler errorHandler, Validator validator) {
		super(bean, method, returnExceptions, errorHandler);
		this.parameter = parameter;
		this.validation = new Validation(new SupportedOnly(validator));
	}

	/**
	 * Lets an endpoint validate its requests, if it asks for that.
	 * @param endpoint the endpoint, which has made no listener yet
	 * @param validator the application's
	 */
	static void install(MethodRabbitListenerEndpoint endpoint, Validator validator) {
		if (endpoint instanceof MultiMethodRabbitListenerEndpoint several) {
			several.setValidator(new SupportedOnly(validator));
			return;
		}
		MethodParameter parameter = (endpoint.getMethod() != null) ? validated(endpoint.getMethod()) : null;
		if (parameter != null) {
			endpoint.setAdapterProvider(
					(batch, bean, method, returnExceptions, errorHandler, batchingStrategy) -> new ValidatingListener(
							bean, method, parameter, returnExceptions, errorHandler, validator));
		}
	}

	private static @Nullable MethodParameter validated(Method method) {
		for (MethodParameter parameter : parameters(method)) {
			if (parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)) {
				continue;
			}
			for (Annotation annotation : parameter.getParameterAnnotations()) {
				if (ValidationAnnotationUtils.determineValidationHints(annotation) != null) {
					parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
					return parameter;
				}
			}
		}
		return null;
	}

	@Override
	protected Message<?> toMessagingMessage(org.springframework.amqp.core.Message request) {
		Message<?> message = super.toMessagingMessage(request);
		Object payload = message.getPayload();
		if (this.parameter.getParameterType().isInstance(payload)) {
			this.validation.validate(message, this.parameter, payload);
		}
		return message;
	}

	/**
	 * The application's validator. It may not support the payload.
	 */
	private record SupportedOnly(Validator validator) implements SmartValidator {

		@Override
		public boolean supports(Class<?> type) {
			return true;
		}

		@Override
		public void validate(Object target, Errors errors) {
			validate(target, errors, new Object[0]);
		}

		@Override
		public void validate(Object target, Errors errors, @Nullable Object... hints) {
			if (this.validator.supports(target.getClass())) {
				ValidationUtils.invokeValidator(this.validator, target, errors, hints);
			}
		}

	}

	/**
	 * Spring's own validation of a payload.
	 */
	private static final class Validation extends PayloadMethodArgumentResolver {

		Validation(Validator validator) {
			super(new GenericMessageConverter(), validator);
		}

		@Override
		protected void validate(Message<?> message, MethodParameter parameter, Object target) {
			super.validate(message, parameter, target);
		}

	}

}
