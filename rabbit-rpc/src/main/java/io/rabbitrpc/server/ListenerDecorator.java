package io.rabbitrpc.server;

import java.util.function.UnaryOperator;

import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/**
 * Puts another listener before the guard of a listener.
 */
public interface ListenerDecorator extends UnaryOperator<ChannelAwareMessageListener> {

}
