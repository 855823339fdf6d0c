package io.rabbitrpc.server;

import java.lang.reflect.Method;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.amqp.rabbit.listener.api.RabbitListenerErrorHandler;
import org.springframework.amqp.support.converter.MessagingMessageConverterAdapter;
import org.springframework.aop.support.AopUtils;

import io.rabbitrpc.SharedMethod;

/**
 * Calls a listener's method, which may ask for an {@link RpcRequest}: that is not taken
 * for its payload.
 */
class RequestListener extends MessagingMessageListenerAdapter {

	RequestListener(@Nullable Object bean, @Nullable Method method, boolean returnExceptions,
			@Nullable RabbitListenerErrorHandler errorHandler) {
		super(bean, method, returnExceptions, errorHandler);
	}

	@Override
	protected MessagingMessageConverterAdapter newMessagingMessageConverterAdapter(@Nullable Object bean,
			@Nullable Method method, boolean batch) {
		Method annotated = (bean != null && method != null)
				? SharedMethod.annotated(AopUtils.getTargetClass(bean), method) : method;
		return new MessagingMessageConverterAdapter(bean, annotated, batch, Channel.class, RpcRequest.class);
	}

}
