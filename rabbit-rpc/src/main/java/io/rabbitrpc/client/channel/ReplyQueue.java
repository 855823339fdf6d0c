package io.rabbitrpc.client.channel;

import java.io.IOException;

import com.rabbitmq.client.Channel;

/**
 * Where replies arrive. The reply modes differ only in this.
 */
@FunctionalInterface
public interface ReplyQueue {

	/**
	 * Makes the queue ready on a channel that has just been opened. Replies are consumed
	 * on that channel, and requests are published on it.
	 * @param channel the channel
	 * @return the name that requests carry in {@code reply_to}
	 * @throws IOException if the broker refuses the queue
	 */
	String declare(Channel channel) throws IOException;

}
