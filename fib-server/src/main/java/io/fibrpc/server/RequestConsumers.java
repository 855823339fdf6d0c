package io.fibrpc.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/**
 * Knows which consumers this server really has: the broker has confirmed them, and their
 * channels are open. Containers of both types close the channel of a consumer that the
 * broker has cancelled.
 */
@Component
final class RequestConsumers implements ApplicationListener<ConsumeOkEvent> {

	private final Map<Channel, String> tags = new ConcurrentHashMap<>();

	private final String instance;

	RequestConsumers(FibonacciServerProperties properties) {
		this.instance = properties.instance();
	}

	/**
	 * The tag by which a listener's consumers are known here and at the broker.
	 * @param listenerId the listener's id
	 * @return the tag
	 */
	String tag(String listenerId) {
		return this.instance + "." + listenerId;
	}

	@Override
	public void onApplicationEvent(ConsumeOkEvent event) {
		forgetClosed();
		if (event.getSource() instanceof DefaultConsumer consumer) {
			// What Spring hands out takes a new channel when this one is closed
			Channel channel = (consumer.getChannel() instanceof ChannelProxy proxy) ? proxy.getTargetChannel()
					: consumer.getChannel();
			this.tags.put(channel, event.getConsumerTag());
		}
	}

	/**
	 * A channel on which a listener consumes.
	 * @param listenerId the listener's id
	 * @return the channel, or {@code null} if the listener does not consume
	 */
	@Nullable Channel channel(String listenerId) {
		forgetClosed();
		String tag = tag(listenerId);
		return this.tags.entrySet()
			.stream()
			.filter((consumer) -> consumer.getValue().equals(tag))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(null);
	}

	int count() {
		forgetClosed();
		return this.tags.size();
	}

	private void forgetClosed() {
		this.tags.keySet().removeIf((channel) -> !channel.isOpen());
	}

}
