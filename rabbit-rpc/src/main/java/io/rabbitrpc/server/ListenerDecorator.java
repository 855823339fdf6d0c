package io.rabbitrpc.server;

import java.util.function.UnaryOperator;

import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/**
 * Puts one listener more before the guard of another.
 */
public interface ListenerDecorator extends UnaryOperator<ChannelAwareMessageListener> {

}
