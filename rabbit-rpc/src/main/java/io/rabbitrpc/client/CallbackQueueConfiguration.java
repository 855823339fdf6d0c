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
 * Replies arrive on a callback queue that this client declares. Requests name it in
 * {@code reply_to}. All calls share it, and the correlation id tells their replies apart.
 * The queue is exclusive: no other client can take replies from it, and RabbitMQ deletes
 * it with the connection.
 * <p>
 * Each connection gets a queue with a new name, because after a lost connection the old
 * name stays locked until RabbitMQ notices the loss. The name begins with the
 * application's name. So the client needs the permission to configure
 * {@code ^name[.]replies[.].*} and no other.
 *
 * @see <a href="https://www.rabbitmq.com/docs/queues#exclusive-queues">Exclusive
 * queues</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rabbit.rpc.client.reply-mode", havingValue = "callback-queue")
public class CallbackQueueConfiguration {

	/**
	 * Declares the queue: not durable, exclusive, and deleted when nobody consumes it any
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
