package io.rabbitrpc.server;

import java.util.Arrays;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.queue.DeadLetterChannel;
import io.rabbitrpc.server.request.DeadLetterReason;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * Keeps requests that cannot be answered where an operator finds them.
 */
final class DeadLetters {

	private static final Log logger = LogFactory.getLog(DeadLetters.class);

	private static final int MAX_BODY_BYTES = 64 * 1024;

	private static final int PERSISTENT = 2;

	private final LimitedLog additions = new LimitedLog(logger);

	private final DeadLetterChannel channel;

	private final String queue;

	/**
	 * Creates the dead letters of an application.
	 * @param channel publishes to their queue
	 * @param queue the queue's name
	 */
	DeadLetters(DeadLetterChannel channel, String queue) {
		this.channel = channel;
		this.queue = queue;
	}

	/**
	 * Adds a request with the first 64 KiB of its body. If the server dropped the body, a
	 * header says how large it was.
	 * @param request the request
	 * @param reason why it cannot be answered
	 * @param meters of the queue that it came from
	 * @throws AmqpRejectAndDontRequeueException if the broker has not put it into the
	 * queue. Then the request is rejected. RabbitMQ keeps it only if the request queue
	 * has a policy for dead letters
	 */
	void add(Message request, DeadLetterReason reason, QueueMeters meters) {
		MessageProperties source = request.getMessageProperties();
		byte[] body = request.getBody();
		byte[] kept = (body.length > MAX_BODY_BYTES) ? Arrays.copyOf(body, MAX_BODY_BYTES) : body;
		Long dropped = RequestPropertiesConverter.droppedBytes(request);
		BasicProperties properties = new BasicProperties.Builder()
			.headers((dropped != null) ? Map.of(RpcHeaders.REASON, reason.sentence(), RpcHeaders.DROPPED, dropped)
					: Map.of(RpcHeaders.REASON, reason.sentence()))
			.contentType(RequestPropertiesConverter.sendable(source.getContentType()))
			.contentEncoding(RequestPropertiesConverter.sendable(source.getContentEncoding()))
			.correlationId(source.getCorrelationId())
			.messageId(source.getMessageId())
			.deliveryMode(PERSISTENT)
			.build();
		String failure = this.channel.publish(properties, kept);
		if (failure != null) {
			meters.notKept();
			throw new AmqpRejectAndDontRequeueException(
					"%s, and it could not be put into %s (%s). It is lost unless a policy dead-letters it"
						.formatted(reason.sentence(), this.queue, failure));
		}
		meters.kept(reason);
		this.additions.warn("A request (correlation id %s) cannot be answered and is kept in %s: %s"
			.formatted(RequestPropertiesConverter.loggedId(request), this.queue, reason.sentence()), null);
	}

}
