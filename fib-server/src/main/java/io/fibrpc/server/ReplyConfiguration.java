package io.fibrpc.server;

import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.server.Replies;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Sets up the connection that replies and dead letters leave on, and names both
 * connections for whoever looks at the broker.
 */
@Configuration(proxyBeanMethods = false)
class ReplyConfiguration {

	@Bean
	RabbitTemplate replyTemplate(RabbitTemplateConfigurer configurer, ConnectionFactory connectionFactory) {
		RabbitTemplate template = new RabbitTemplate();
		configurer.configure(template, connectionFactory);
		template.setUsePublisherConnection(true);
		return template;
	}

	@Bean
	Replies replies(ConnectionFactory connectionFactory, ConnectionWriters writers, BlockedConnections blocked) {
		return new Replies(connectionFactory, writers, blocked::isBlocked);
	}

	@Bean
	DeadLetters deadLetters(RabbitTemplate replyTemplate) {
		return new DeadLetters(replyTemplate);
	}

	@Bean
	ConnectionNameStrategy connectionNameStrategy(FibonacciServerProperties properties) {
		return (factory) -> properties.instance();
	}

}
