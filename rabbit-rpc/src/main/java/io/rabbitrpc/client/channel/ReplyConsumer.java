package io.rabbitrpc.client.channel;

import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

/**
 * Gives each reply to the call that waits for it.
 */
final class ReplyConsumer extends DefaultConsumer {

	private final Map<String, RpcCall> pending;

	private final Consumer<RpcCall> answered;

	private final StrayReplies strayReplies;

	/**
	 * Creates a consumer.
	 * @param channel where replies arrive
	 * @param pending the calls that wait, by their correlation ids
	 * @param answered told of calls that have a reply
	 * @param strayReplies told of replies that no call waits for
	 */
	ReplyConsumer(Channel channel, Map<String, RpcCall> pending, Consumer<RpcCall> answered,
			StrayReplies strayReplies) {
		super(channel);
		this.pending = pending;
		this.answered = answered;
		this.strayReplies = strayReplies;
	}

	@Override
	public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
		String id = Objects.requireNonNullElse(properties.getCorrelationId(), "");
		RpcCall call = this.pending.remove(id);
		if (call == null) {
			this.strayReplies.add(id);
			return;
		}
		this.strayReplies.ended(id, true);
		this.answered.accept(call);
		call.arrived(properties, body);
		Object dropped = (properties.getHeaders() != null) ? properties.getHeaders().get(RpcHeaders.DROPPED) : null;
		if (dropped instanceof Long bytes) {
			call.fail(RpcStatus.INTERNAL, "the reply is too large: %d bytes".formatted(bytes), null);
			return;
		}
		call.complete(new Message(body, ReplyProperties.read(properties, call::headersDropped)));
	}

	@Override
	public void handleCancel(String consumerTag) {
		// Somebody deleted the reply queue: no reply can come any more
		BoundedClose.close(getChannel());
	}

}
