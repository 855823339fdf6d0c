package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A reply with a value.
 *
 * @param value the exact value
 * @param server which server instance answered, if it said so
 * @param work how long the server worked, if it said so
 */
public record FibonacciReply(BigInteger value, @Nullable String server, @Nullable Duration work) {
}
