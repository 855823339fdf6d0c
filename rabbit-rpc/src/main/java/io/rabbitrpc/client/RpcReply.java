package io.rabbitrpc.client;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A reply: its value, its headers, and what it says about the server.
 *
 * @param value the value
 * @param headers the headers of the server's application
 * @param server which server instance answered, if the reply says so
 * @param work how long the server worked, if the reply says so
 * @param <T> the value
 */
public record RpcReply<T>(T value, Map<String, Object> headers, @Nullable String server, @Nullable Duration work) {
}
