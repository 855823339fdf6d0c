package io.rabbitrpc.client;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A reply with a value, and what else it says.
 *
 * @param value the value
 * @param headers the headers of the server's application
 * @param server which server instance answered, if it said so
 * @param work how long the server worked, if it said so
 * @param <T> the value
 */
public record RpcReply<T>(T value, Map<String, Object> headers, @Nullable String server, @Nullable Duration work) {
}
