package io.fibrpc.client.http;

import org.jspecify.annotations.Nullable;

/**
 * What the caller gets.
 *
 * @param n which number
 * @param value its digits, as text because it outgrows what JSON readers take for numbers
 * @param server which server instance answered, if it said so
 * @param replyMode how the reply came
 * @param elapsedMicros how long the call took, in microseconds
 * @param serverMicros how much of that the server worked, if it said so
 */
record FibonacciAnswer(int n, String value, @Nullable String server, String replyMode, long elapsedMicros,
		@Nullable Long serverMicros) {
}
