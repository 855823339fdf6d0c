package io.rabbitrpc.client;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.client.channel.ReplyQueue;

/**
 * Replies arrive by direct reply-to: no queue is declared. The client consumes the
 * pseudo-queue {@value RpcHeaders#DIRECT_REPLY_TO} on the channel on which it publishes,
 * and names it in {@code reply_to}. RabbitMQ puts an address of that channel in its
 * place, and hands each reply that is sent to this address to the channel.
 * <p>
 * Nothing is stored: a reply whose channel is gone is dropped, as it would be with the
 * callback queue of a connection that is gone. The broker does the least for a call in
 * this mode.
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
