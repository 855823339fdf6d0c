package io.rabbitrpc.server;

import java.lang.reflect.Method;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.amqp.rabbit.listener.api.RabbitListenerErrorHandler;
import org.springframework.amqp.support.converter.MessagingMessageConverterAdapter;

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
		return new MessagingMessageConverterAdapter(bean, method, batch, Channel.class, RpcRequest.class);
	}

}
