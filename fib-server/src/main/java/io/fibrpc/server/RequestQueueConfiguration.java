package io.fibrpc.server;

import java.util.Locale;

import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.fibrpc.protocol.WireProtocol;

/**
 * Says what {@code rpc_queue} looks like.
 */
@Configuration(proxyBeanMethods = false)
class RequestQueueConfiguration {

	// No argument but the type: the tutorials' servers declare the same, and one argument
	// more would lock them out. Limits are a policy's.
	@Bean
	Queue requestQueue(FibonacciServerProperties properties) {
		Queue queue = QueueBuilder.durable(WireProtocol.REQUEST_QUEUE)
			.withArgument("x-queue-type", properties.queueType().name().toLowerCase(Locale.ROOT))
			.build();
		// A queue that exists with other properties is used as it is
		queue.setIgnoreDeclarationExceptions(true);
		return queue;
	}

}
