package io.fibrpc.client.http;

import org.jspecify.annotations.Nullable;

/**
 * The answer to an HTTP request.
 *
 * @param n which number
 * @param value its digits. They are text, because many JSON readers cannot hold such
 * large numbers
 * @param server which server instance answered, if the reply says so
 * @param replyMode how the reply came
 * @param elapsedMicros how long the call took, in microseconds
 * @param serverMicros for how much of that the server worked, in microseconds, if the
 * reply says so
 */
record FibonacciAnswer(int n, String value, @Nullable String server, String replyMode, long elapsedMicros,
		@Nullable Long serverMicros) {
}
