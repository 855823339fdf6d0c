package io.fibrpc.server;

import java.util.Arrays;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.core.RabbitOperations;

import io.fibrpc.protocol.Escaped;
import io.fibrpc.protocol.WireProtocol;

/**
 * Keeps requests that cannot be answered where an operator finds them.
 */
final class DeadLetters {

	private static final Log logger = LogFactory.getLog(DeadLetters.class);

	private static final int MAX_BODY_BYTES = 64 * 1024;

	private final LimitedLog additions = new LimitedLog(logger);

	private final RabbitOperations template;

	DeadLetters(RabbitOperations template) {
		this.template = template;
	}

	/**
	 * Adds a request. Of its body the first 64 KiB are kept.
	 * @param request the request
	 * @param reason why it cannot be answered
	 */
	void add(Message request, String reason) {
		MessageProperties source = request.getMessageProperties();
		MessageProperties target = new MessageProperties();
		target.setHeader(WireProtocol.REASON_HEADER, reason);
		target.setContentType(source.getContentType());
		target.setContentEncoding(source.getContentEncoding());
		target.setCorrelationId(source.getCorrelationId());
		target.setMessageId(source.getMessageId());
		byte[] body = request.getBody();
		byte[] kept = (body.length > MAX_BODY_BYTES) ? Arrays.copyOf(body, MAX_BODY_BYTES) : body;
		this.template.send("", WireProtocol.DEAD_LETTER_QUEUE, new Message(kept, target));
		this.additions.warn("A request (correlation id %s) cannot be answered and is kept in %s: %s".formatted(
				Escaped.text(String.valueOf(source.getCorrelationId())), WireProtocol.DEAD_LETTER_QUEUE, reason), null);
	}

}
