package io.fibrpc.server;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcHeaders;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.core.RabbitOperations;

import io.fibrpc.protocol.WireProtocol;

/**
 * Keeps requests that cannot be answered where an operator finds them.
 */
final class DeadLetters {

	private static final Log logger = LogFactory.getLog(DeadLetters.class);

	private static final int MAX_BODY_BYTES = 64 * 1024;

	private static final int PERSISTENT = 2;

	private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);

	private final LimitedLog additions = new LimitedLog(logger);

	private final RabbitOperations template;

	DeadLetters(RabbitOperations template) {
		this.template = template;
	}

	/**
	 * Adds a request. Of its body the first 64 KiB are kept.
	 * @param request the request
	 * @param reason why it cannot be answered
	 * @throws AmqpException if the broker does not say that it has it. The request is
	 * rejected then, and a policy may dead-letter it
	 */
	void add(Message request, DeadLetterReason reason) {
		MessageProperties source = request.getMessageProperties();
		byte[] body = request.getBody();
		byte[] kept = (body.length > MAX_BODY_BYTES) ? Arrays.copyOf(body, MAX_BODY_BYTES) : body;
		BasicProperties properties = new BasicProperties.Builder().headers(Map.of(RpcHeaders.REASON, reason.sentence()))
			.contentType(RequestPropertiesConverter.sendable(source.getContentType()))
			.contentEncoding(RequestPropertiesConverter.sendable(source.getContentEncoding()))
			.correlationId(source.getCorrelationId())
			.messageId(source.getMessageId())
			.deliveryMode(PERSISTENT)
			.build();
		this.template.execute((channel) -> {
			// The request is acknowledged when this returns: it must be kept by then
			channel.confirmSelect();
			channel.basicPublish("", WireProtocol.DEAD_LETTER_QUEUE, properties, kept);
			channel.waitForConfirmsOrDie(CONFIRM_TIMEOUT.toMillis());
			return request;
		});
		this.additions.warn("A request (correlation id %s) cannot be answered and is kept in %s: %s".formatted(
				RequestPropertiesConverter.loggedId(request), WireProtocol.DEAD_LETTER_QUEUE, reason.sentence()), null);
	}

}
