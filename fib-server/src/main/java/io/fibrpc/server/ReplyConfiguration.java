package io.fibrpc.server;

import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.server.Replies;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.fibrpc.protocol.WireProtocol;

/**
 * Sets up how replies and dead letters leave, and names both connections for whoever
 * looks at the broker.
 */
@Configuration(proxyBeanMethods = false)
class ReplyConfiguration {

	@Bean
	Replies replies(ConnectionFactory connectionFactory, ConnectionWriters writers, BlockedConnections blocked) {
		return new Replies(connectionFactory, writers, blocked::isBlocked);
	}

	@Bean
	DeadLetters deadLetters(ConnectionFactory connectionFactory, QueueDeclarer declarer, ServerMetrics metrics) {
		return new DeadLetters(
				new DeadLetterChannel(connectionFactory, WireProtocol.DEAD_LETTER_QUEUE, declarer::declareAll),
				metrics);
	}

	@Bean
	ConnectionNameStrategy connectionNameStrategy(FibonacciServerProperties properties) {
		return (factory) -> properties.instance();
	}

}
