package io.fibrpc.client;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;

import io.rabbitrpc.client.ReplyQueue;
import io.rabbitrpc.client.RequestQueueMonitor;
import io.rabbitrpc.client.RpcConnector;
import io.rabbitrpc.client.RpcTemplate;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateConfigurer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Replies arrive on a callback queue of this client's own and are told apart by their
 * correlation ids. The queue is exclusive, so that no other client can take replies from
 * it, and RabbitMQ deletes it with the connection. Each connection gets a new name: the
 * old one stays locked until RabbitMQ has noticed that a lost connection is lost.
 *
 * @see <a href="https://www.rabbitmq.com/docs/queues#exclusive-queues">Exclusive
 * queues</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "fib.client.reply-mode", havingValue = "callback-queue")
class CallbackQueueConfiguration {

	static final String QUEUE_PREFIX = "fib-client.replies.";

	@Bean
	ReplyQueue replyQueue() {
		return (channel) -> channel.queueDeclare(QUEUE_PREFIX + UUID.randomUUID(), false, true, true, Map.of())
			.getQueue();
	}

	@Bean
	RpcTemplate rabbitTemplate(RabbitTemplateConfigurer configurer, ConnectionFactory connectionFactory,
			RpcConnector connector, RequestQueueMonitor monitor, FibonacciClientProperties properties,
			ScheduledExecutorService rpcScheduler) {
		RpcTemplate template = new RpcTemplate(connector, monitor, properties.maxInFlight(), rpcScheduler);
		configurer.configure(template, connectionFactory);
		return template;
	}

}
