package io.fibrpc.client;

import java.util.concurrent.ScheduledExecutorService;

import io.rabbitrpc.RpcHeaders;
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
 * Replies arrive by direct reply-to: no queue is declared, RabbitMQ hands each reply to
 * the channel that published the request.
 *
 * @see <a href="https://www.rabbitmq.com/docs/direct-reply-to">Direct reply-to</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "fib.client.reply-mode", havingValue = "direct", matchIfMissing = true)
class DirectReplyToConfiguration {

	@Bean
	ReplyQueue replyQueue() {
		return (channel) -> RpcHeaders.DIRECT_REPLY_TO;
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
