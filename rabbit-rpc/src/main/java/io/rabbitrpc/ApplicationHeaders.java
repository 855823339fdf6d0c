package io.rabbitrpc;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;

import com.rabbitmq.client.LongString;
import org.jspecify.annotations.Nullable;

/**
 * The application's headers that may travel with a request or a reply: strings, numbers,
 * booleans and timestamps, at most 64 of them and 8 KiB together. Names that begin with
 * {@code x-rpc-} belong to the protocol. Names that begin with {@code amqp_} or
 * {@code __} belong to Spring and never pass, so no peer can send a class name.
 *
 * @param passed the headers that pass
 * @param dropped how many headers do not pass
 */
public record ApplicationHeaders(Map<String, Object> passed, int dropped) {

	private static final int MAX_COUNT = 64;

	private static final int MAX_BYTES = 8 * 1024;

	private static final int NUMBER_BYTES = 8;

	private static final ApplicationHeaders NONE = new ApplicationHeaders(Map.of(), 0);

	/**
	 * Chooses from the headers of a message.
	 * @param headers all headers, as they came or as they are to be sent
	 * @return those that pass. If there are too many, the first ones pass
	 */
	public static ApplicationHeaders of(@Nullable Map<String, Object> headers) {
		if (headers == null || headers.isEmpty()) {
			return NONE;
		}
		Map<String, Object> passed = new LinkedHashMap<>();
		int dropped = 0;
		int bytes = 0;
		for (Map.Entry<String, Object> header : headers.entrySet()) {
			if (isReserved(header.getKey())) {
				continue;
			}
			Object value = simple(header.getValue());
			int size = (value != null) ? size(header.getKey(), value) : 0;
			if (value == null || passed.size() == MAX_COUNT || bytes + size > MAX_BYTES) {
				dropped++;
			}
			else {
				bytes += size;
				passed.put(header.getKey(), value);
			}
		}
		return new ApplicationHeaders(passed, dropped);
	}

	private static boolean isReserved(String name) {
		return name.startsWith("x-rpc-") || name.startsWith("amqp_") || name.startsWith("__");
	}

	private static @Nullable Object simple(@Nullable Object value) {
		if (value instanceof LongString || value instanceof String) {
			return value.toString();
		}
		return (value instanceof Number || value instanceof Boolean || value instanceof Date) ? value : null;
	}

	private static int size(String name, Object value) {
		int size = name.getBytes(StandardCharsets.UTF_8).length;
		// AMQP cannot carry a longer name
		if (size > RpcHeaders.MAX_SHORT_STRING_BYTES) {
			return MAX_BYTES + 1;
		}
		return size + ((value instanceof String text) ? text.getBytes(StandardCharsets.UTF_8).length : NUMBER_BYTES);
	}

}
