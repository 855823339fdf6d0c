package io.fibrpc.client.page;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.rabbitrpc.Escaped;
import org.jspecify.annotations.Nullable;

/**
 * A message as it was on the wire. Long texts are cut, because a peer decides how long
 * they are.
 *
 * @param exchange where it was published, if this client has published it
 * @param routingKey its routing key, if this client has published it
 * @param properties the properties that are set, by their names in AMQP
 * @param headers the headers
 * @param body the first characters of the body
 * @param bodyBytes the size of the body
 */
record WireMessage(@Nullable String exchange, @Nullable String routingKey, Map<String, String> properties,
		Map<String, String> headers, String body, int bodyBytes) {

	private static final int MAX_CHARACTERS = 300;

	private static final int MAX_HEADERS = 64;

	static WireMessage sent(String exchange, String routingKey, BasicProperties properties, byte[] body) {
		return of(exchange, routingKey, properties, body);
	}

	static WireMessage received(BasicProperties properties, byte[] body) {
		return of(null, null, properties, body);
	}

	private static WireMessage of(@Nullable String exchange, @Nullable String routingKey, BasicProperties properties,
			byte[] body) {
		return new WireMessage(exchange, routingKey, texts(properties), headers(properties.getHeaders()),
				Escaped.text(body, MAX_CHARACTERS), body.length);
	}

	private static Map<String, String> texts(BasicProperties properties) {
		Map<String, String> texts = new LinkedHashMap<>();
		put(texts, "reply_to", properties.getReplyTo());
		put(texts, "correlation_id", properties.getCorrelationId());
		put(texts, "message_id", properties.getMessageId());
		put(texts, "expiration", properties.getExpiration());
		put(texts, "content_type", properties.getContentType());
		put(texts, "content_encoding", properties.getContentEncoding());
		put(texts, "delivery_mode", properties.getDeliveryMode());
		put(texts, "priority", properties.getPriority());
		put(texts, "timestamp", (properties.getTimestamp() != null) ? properties.getTimestamp().toInstant() : null);
		put(texts, "type", properties.getType());
		put(texts, "user_id", properties.getUserId());
		put(texts, "app_id", properties.getAppId());
		return texts;
	}

	private static Map<String, String> headers(@Nullable Map<String, Object> headers) {
		Map<String, String> texts = new LinkedHashMap<>();
		if (headers != null) {
			headers.entrySet()
				.stream()
				.limit(MAX_HEADERS)
				.forEach((header) -> put(texts, shown(header.getKey()), header.getValue()));
		}
		return texts;
	}

	private static void put(Map<String, String> texts, String name, @Nullable Object value) {
		if (value != null) {
			texts.put(name, shown(value.toString()));
		}
	}

	private static String shown(String text) {
		return Escaped.text(text.getBytes(StandardCharsets.UTF_8), MAX_CHARACTERS);
	}

}
