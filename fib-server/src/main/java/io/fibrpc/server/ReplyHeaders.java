package io.fibrpc.server;

import java.util.concurrent.TimeUnit;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import org.springframework.amqp.core.Message;
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
		if (properties.getHeaders().putIfAbsent(RpcHeaders.STATUS, RpcStatus.OK.name()) == null) {
			Outcome.OK.noteOn(request);
		}
		properties.setHeader(RpcHeaders.SERVER, this.instance);
		long nanos = System.nanoTime() - RequestPropertiesConverter.receivedNanos(request);
		// Some client libraries know no longer type of number than an int
		properties.setHeader(RpcHeaders.WORK_MICROS,
				(int) Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), Integer.MAX_VALUE));
		return reply;
	}

}
