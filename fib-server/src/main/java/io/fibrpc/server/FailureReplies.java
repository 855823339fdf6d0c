package io.fibrpc.server;

import java.nio.charset.StandardCharsets;

import com.rabbitmq.client.Channel;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.listener.ListenerExecutionFailedException;
import org.springframework.amqp.rabbit.listener.api.RabbitListenerErrorHandler;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.InvalidRequestException;
import io.fibrpc.protocol.WireProtocol;

/**
 * Turns every failure into a reply: its status in a header for those who read headers,
 * and a sentence in the body, which is no number, for those who do not.
 */
@Component
final class FailureReplies implements RabbitListenerErrorHandler {

	private static final Log logger = LogFactory.getLog(FailureReplies.class);

	private final LimitedLog faults = new LimitedLog(logger);

	@Override
	public Message handleError(Message request, @Nullable Channel channel,
			org.springframework.messaging.@Nullable Message<?> message, ListenerExecutionFailedException exception) {
		if (exception.getCause() instanceof InvalidRequestException refusal) {
			Outcome.refused(refusal.reason()).noteOn(request);
			return reply(RpcStatus.INVALID_ARGUMENT, String.valueOf(refusal.getMessage()));
		}
		Outcome.INTERNAL.noteOn(request);
		this.faults.warn("A request (correlation id %s) failed in the server"
			.formatted(RequestPropertiesConverter.loggedId(request)), exception.getCause());
		return reply(RpcStatus.INTERNAL, "the server failed to answer");
	}

	private Message reply(RpcStatus status, String sentence) {
		MessageProperties properties = new MessageProperties();
		properties.setContentType(WireProtocol.CONTENT_TYPE);
		properties.setHeader(RpcHeaders.STATUS, status.name());
		return new Message((RpcHeaders.FAILURE_PREFIX + sentence).getBytes(StandardCharsets.US_ASCII), properties);
	}

}
