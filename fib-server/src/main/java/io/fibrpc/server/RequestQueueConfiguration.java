package io.fibrpc.server;

import java.util.Locale;

import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.QueueBuilder.Overflow;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.fibrpc.protocol.WireProtocol;

/**
 * Says what {@code rpc_queue} and {@code rpc_dead_letters} look like.
 */
@Configuration(proxyBeanMethods = false)
class RequestQueueConfiguration {

	@Bean
	QueueDeclarer queueDeclarer(FibonacciServerProperties properties, ConnectionFactory connectionFactory) {
		QueueDeclarer declarer = new QueueDeclarer(requestQueue(properties), deadLetterQueue(properties.deadLetters()));
		connectionFactory.addConnectionListener(declarer);
		return declarer;
	}

	// No argument but the type: the tutorials' servers declare the same, and one argument
	// more would lock them out. Limits are a policy's.
	private Queue requestQueue(FibonacciServerProperties properties) {
		return QueueBuilder.durable(WireProtocol.REQUEST_QUEUE)
			.withArgument("x-queue-type", properties.queueType().name().toLowerCase(Locale.ROOT))
			.build();
	}

	private Queue deadLetterQueue(FibonacciServerProperties.DeadLetters bounds) {
		return QueueBuilder.durable(WireProtocol.DEAD_LETTER_QUEUE)
			.classic()
			.maxLength(bounds.maxLength())
			.withArgument("x-message-ttl", bounds.maxAge().toMillis())
			.overflow(Overflow.dropHead)
			.build();
	}

}
