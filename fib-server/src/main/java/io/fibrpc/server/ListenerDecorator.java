package io.fibrpc.server;

import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/**
 * Puts one listener more before another, if there is such a bean.
 */
@FunctionalInterface
interface ListenerDecorator {

	ChannelAwareMessageListener decorate(ChannelAwareMessageListener listener);

}
