package io.fibrpc.server;

import java.util.concurrent.TimeUnit;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.listener.adapter.ReplyPostProcessor;
import org.springframework.stereotype.Component;

/**
 * Puts on each reply what the wire protocol adds: the status, who answered, and how long
 * it took.
 */
@Component
final class ReplyHeaders implements ReplyPostProcessor {

	private final String instance;

	ReplyHeaders(FibonacciServerProperties properties) {
		this.instance = properties.instance();
	}

	@Override
	public Message apply(Message request, Message reply) {
		MessageProperties properties = reply.getMessageProperties();
		properties.setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT);
		if (properties.getHeaders().putIfAbsent(RpcHeaders.STATUS, RpcStatus.OK.name()) == null) {
			Outcome.OK.noteOn(request);
		}
		properties.setHeader(RpcHeaders.SERVER, this.instance);
		long nanos = System.nanoTime() - RequestPropertiesConverter.receivedNanos(request);
		properties.setHeader(RpcHeaders.WORK_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos));
		return reply;
	}

}
