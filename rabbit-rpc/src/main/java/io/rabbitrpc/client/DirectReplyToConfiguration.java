package io.rabbitrpc.client;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.client.channel.ReplyQueue;

/**
 * Replies arrive by direct reply-to, without a queue. The client consumes the
 * pseudo-queue {@value RpcHeaders#DIRECT_REPLY_TO} on the channel on which it publishes,
 * and names it in {@code reply_to}. RabbitMQ replaces this name by an address of the
 * channel. It hands each reply that is sent to this address to the channel.
 * <p>
 * RabbitMQ stores nothing. If the channel is gone, the reply is dropped. With a callback
 * queue a reply gets lost with its connection, too. This mode costs the broker least.
 *
 * @see <a href="https://www.rabbitmq.com/docs/direct-reply-to">Direct reply-to</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rabbit.rpc.client.reply-mode", havingValue = "direct", matchIfMissing = true)
public class DirectReplyToConfiguration {

	/**
	 * Declares nothing.
	 * @return names the pseudo-queue
	 */
	@Bean
	@ConditionalOnMissingBean
	ReplyQueue rpcReplyQueue() {
		return (channel) -> RpcHeaders.DIRECT_REPLY_TO;
	}

}
