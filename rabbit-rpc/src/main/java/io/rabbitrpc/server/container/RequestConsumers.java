package io.rabbitrpc.server.container;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;

/**
 * Knows the consumers that a container really has: the broker has confirmed them, and
 * their channels are open. A container closes the channel of a consumer that the broker
 * has cancelled.
 */
final class RequestConsumers {

	private final Map<Channel, String> queues = new ConcurrentHashMap<>();

	void add(ConsumeOkEvent event) {
		forgetClosed();
		if (event.getSource() instanceof DefaultConsumer consumer) {
			// Spring's proxy opens a new channel when this one is closed
			Channel channel = (consumer.getChannel() instanceof ChannelProxy proxy) ? proxy.getTargetChannel()
					: consumer.getChannel();
			this.queues.put(channel, event.getQueue());
		}
	}

	/**
	 * The channels on which a queue is consumed.
	 * @param queue the queue's name
	 * @return the channels, one for each consumer
	 */
	List<Channel> channels(String queue) {
		forgetClosed();
		return this.queues.entrySet()
			.stream()
			.filter((consumer) -> consumer.getValue().equals(queue))
			.map(Map.Entry::getKey)
			.toList();
	}

	int count() {
		forgetClosed();
		return this.queues.size();
	}

	int count(String queue) {
		return channels(queue).size();
	}

	private void forgetClosed() {
		this.queues.keySet().removeIf((channel) -> !channel.isOpen());
	}

}
