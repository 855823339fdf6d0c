package io.fibrpc.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.rabbitrpc.RpcHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.fibrpc.protocol.WireProtocol;

/**
 * The client's settings.
 *
 * @param replyMode where replies arrive
 * @param deadline how long a call waits at most, from 1 ms to 1 day; unset:
 * spring.rabbitmq.template.reply-timeout, or else 5 s
 * @param requestQueue queue that requests go to
 * @param noServer what a call does while nobody consumes the request queue
 * @param maxInFlight most calls that wait for replies at a time, from 1 to 100000
 * @param retry whether a call is made again that found no server
 * @param demo whether the program asks for fib(30) when it starts
 */
@ConfigurationProperties(prefix = "fib.client", ignoreUnknownFields = false)
public record FibonacciClientProperties(@DefaultValue("direct") ReplyMode replyMode, @Nullable Duration deadline,
		@DefaultValue(WireProtocol.REQUEST_QUEUE) String requestQueue, @DefaultValue("fail-fast") NoServer noServer,
		@DefaultValue("1000") int maxInFlight, @DefaultValue Retry retry, @DefaultValue("true") boolean demo) {

	static final Duration LONGEST_DEADLINE = Duration.ofDays(1);

	private static final int LARGEST_MAX_IN_FLIGHT = 100_000;

	public FibonacciClientProperties {
		if (deadline != null && (deadline.toMillis() < 1 || deadline.compareTo(LONGEST_DEADLINE) > 0)) {
			throw new InvalidConfigurationPropertyValueException("fib.client.deadline", deadline,
					"must be from 1ms to 1d");
		}
		int queueBytes = requestQueue.getBytes(StandardCharsets.UTF_8).length;
		if (queueBytes < 1 || queueBytes > RpcHeaders.MAX_SHORT_STRING_BYTES) {
			throw new InvalidConfigurationPropertyValueException("fib.client.request-queue", requestQueue,
					"must have 1 to 255 bytes");
		}
		if (maxInFlight < 1 || maxInFlight > LARGEST_MAX_IN_FLIGHT) {
			throw new InvalidConfigurationPropertyValueException("fib.client.max-in-flight", maxInFlight,
					"must be from 1 to " + LARGEST_MAX_IN_FLIGHT);
		}
	}

	/**
	 * Whether and how often a call is made again that ended UNAVAILABLE or
	 * RESOURCE_EXHAUSTED, always within its deadline.
	 *
	 * @param maxAttempts how often a call is made at most, from 1, which is once, to 10
	 * @param backoff time before the second attempt, from 1 ms; it doubles with each, and
	 * half of it is random
	 */
	public record Retry(@DefaultValue("1") int maxAttempts, @DefaultValue("100ms") Duration backoff) {

		private static final int LARGEST_MAX_ATTEMPTS = 10;

		public Retry {
			if (maxAttempts < 1 || maxAttempts > LARGEST_MAX_ATTEMPTS) {
				throw new InvalidConfigurationPropertyValueException("fib.client.retry.max-attempts", maxAttempts,
						"must be from 1 to " + LARGEST_MAX_ATTEMPTS);
			}
			if (backoff.toMillis() < 1) {
				throw new InvalidConfigurationPropertyValueException("fib.client.retry.backoff", backoff,
						"must be 1ms or more");
			}
		}

	}

	/**
	 * What a call does while nobody consumes the request queue.
	 */
	public enum NoServer {

		/** It ends within a second. */
		FAIL_FAST,

		/** It waits for a server until its deadline. */
		WAIT

	}

}
