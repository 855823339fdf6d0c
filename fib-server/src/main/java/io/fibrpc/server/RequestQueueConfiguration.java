package io.fibrpc.server;

import java.util.Locale;

import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.fibrpc.protocol.WireProtocol;

/**
 * Defines {@code rpc_queue}.
 */
@Configuration(proxyBeanMethods = false)
class RequestQueueConfiguration {

	// The type is the only argument, as in the tutorial's servers. With one more argument
	// RabbitMQ would refuse their declaration. Limits are set by a policy
	@Bean
	Queue requestQueue(FibonacciServerProperties properties) {
		return QueueBuilder.durable(WireProtocol.REQUEST_QUEUE)
			.withArgument("x-queue-type", properties.queueType().name().toLowerCase(Locale.ROOT))
			.build();
	}

}
