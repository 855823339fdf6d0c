package io.rabbitrpc.client;

import java.util.Map;
import java.util.UUID;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.rabbitrpc.client.channel.ReplyQueue;

/**
 * Replies arrive on a callback queue of this client's own, which requests name in
 * {@code reply_to}. All calls share it, and are told apart by their correlation ids. The
 * queue is exclusive, so that no other client can take replies from it, and RabbitMQ
 * deletes it with the connection.
 * <p>
 * Each connection gets a new name: the old one stays locked until RabbitMQ has noticed
 * that a lost connection is lost. The name begins with the application's, so that a
 * permission for {@code ^name[.]replies[.].*} is all that the client needs to configure.
 *
 * @see <a href="https://www.rabbitmq.com/docs/queues#exclusive-queues">Exclusive
 * queues</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rabbit.rpc.client.reply-mode", havingValue = "callback-queue")
public class CallbackQueueConfiguration {

	/**
	 * Declares the queue: not durable, exclusive, deleted when it is not consumed any
	 * more.
	 * @param environment knows the application's name
	 * @return names the queue of a connection
	 */
	@Bean
	@ConditionalOnMissingBean
	ReplyQueue rpcReplyQueue(Environment environment) {
		String prefix = environment.getProperty("spring.application.name", "rpc") + ".replies.";
		return (channel) -> channel.queueDeclare(prefix + UUID.randomUUID(), false, true, true, Map.of()).getQueue();
	}

}
