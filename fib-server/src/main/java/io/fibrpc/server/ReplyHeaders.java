package io.fibrpc.server;

import java.util.concurrent.TimeUnit;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.listener.adapter.ReplyPostProcessor;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.RpcStatus;
import io.fibrpc.protocol.WireProtocol;

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
		if (properties.getHeaders().putIfAbsent(WireProtocol.STATUS_HEADER, RpcStatus.OK.name()) == null) {
			Outcome.OK.noteOn(request);
		}
		properties.setHeader(WireProtocol.SERVER_HEADER, this.instance);
		long nanos = System.nanoTime() - RequestPropertiesConverter.receivedNanos(request);
		properties.setHeader(WireProtocol.WORK_HEADER, TimeUnit.NANOSECONDS.toMicros(nanos));
		return reply;
	}

}
