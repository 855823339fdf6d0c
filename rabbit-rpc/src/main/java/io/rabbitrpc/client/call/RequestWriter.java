package io.rabbitrpc.client.call;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;
import org.springframework.amqp.rabbit.support.MessagePropertiesConverter;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;

/**
 * Writes requests. They are mandatory, so that RabbitMQ returns them at once if there is
 * no queue. Headers that the protocol does not allow are dropped, whoever has set them.
 */
public final class RequestWriter {

	private static final MessagePropertiesConverter CONVERTER = new DefaultMessagePropertiesConverter();

	private static final String[] TRACE_HEADERS = { "traceparent", "tracestate" };

	private static final LimitedLog dropped = new LimitedLog(LogFactory.getLog(RequestWriter.class));

	private RequestWriter() {
	}

	/**
	 * Writes a request as it is.
	 * @param channel where to
	 * @param call the call
	 * @param message the request
	 */
	public static void write(RpcChannel channel, RpcCall call, Message message) {
		RequestAddress address = call.address();
		write(channel, call, address,
				CONVERTER.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name()),
				message);
	}

	/**
	 * Writes a request whose properties have been converted.
	 * @param channel where to
	 * @param call the call
	 * @param address exchange and routing key
	 * @param properties the properties
	 * @param message the request
	 */
	public static void write(RpcChannel channel, RpcCall call, RequestAddress address, BasicProperties properties,
			Message message) {
		BasicProperties sent = properties.builder()
			.priority(priority(message))
			.headers(headers(properties.getHeaders(), call))
			.build();
		call.writing(address, sent, message.getBody());
		channel.write(call, (target) -> target.basicPublish(address.exchange(), address.routingKey(), true, sent,
				message.getBody()));
	}

	private static @Nullable Map<String, Object> headers(@Nullable Map<String, Object> given, RpcCall call) {
		if (given == null || given.isEmpty()) {
			return given;
		}
		ApplicationHeaders application = ApplicationHeaders.of(traceFirst(given));
		if (application.dropped() > 0) {
			call.headersDropped(application.dropped());
			dropped.warn("Dropped %d headers of a request: the protocol does not allow them"
				.formatted(application.dropped()), null);
		}
		return application.passed();
	}

	// If there are too many headers, only the first ones pass
	private static Map<String, Object> traceFirst(Map<String, Object> given) {
		if (!given.containsKey(TRACE_HEADERS[0]) && !given.containsKey(TRACE_HEADERS[1])) {
			return given;
		}
		Map<String, Object> ordered = new LinkedHashMap<>();
		for (String name : TRACE_HEADERS) {
			if (given.containsKey(name)) {
				ordered.put(name, given.get(name));
			}
		}
		ordered.putAll(given);
		return ordered;
	}

	// Spring's default priority of 0 is left out. On a quorum queue of RabbitMQ 4,
	// priority 0 is lower than no priority
	private static @Nullable Integer priority(Message message) {
		Integer priority = message.getMessageProperties().getPriority();
		return MessageProperties.DEFAULT_PRIORITY.equals(priority) ? null : priority;
	}

}
