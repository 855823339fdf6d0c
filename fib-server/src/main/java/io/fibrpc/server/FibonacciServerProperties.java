package io.fibrpc.server;

import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The server's settings.
 *
 * @param queueType type that rpc_queue is declared with: quorum, as the tutorials do, or
 * classic, which is faster and keeps no copy on other nodes
 * @param maxN largest n that is answered, from 0 to 10000000
 * @param instance name that replies carry in x-rpc-server, of at most 64 printable
 * characters; unset: made anew at each start
 * @param prefetch how many requests are taken at a time, from 1 to 1000, while they are
 * quick and many; else one
 * @param delay time to wait before each computation, to try out slow servers
 * @param deadLetters bounds of rpc_dead_letters
 */
@ConfigurationProperties(prefix = "fib.server", ignoreUnknownFields = false)
record FibonacciServerProperties(@DefaultValue("quorum") QueueType queueType, @DefaultValue("100000") int maxN,
		@Nullable String instance, @DefaultValue("250") int prefetch, @DefaultValue("0s") Duration delay,
		@DefaultValue DeadLetters deadLetters) {

	private static final int LARGEST_MAX_N = 10_000_000;

	private static final int LARGEST_PREFETCH = 1000;

	FibonacciServerProperties {
		if (maxN < 0 || maxN > LARGEST_MAX_N) {
			throw new InvalidConfigurationPropertyValueException("fib.server.max-n", maxN,
					"must be from 0 to " + LARGEST_MAX_N);
		}
		if (prefetch < 1 || prefetch > LARGEST_PREFETCH) {
			throw new InvalidConfigurationPropertyValueException("fib.server.prefetch", prefetch,
					"must be from 1 to " + LARGEST_PREFETCH);
		}
		if (delay.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("fib.server.delay", delay, "must be 0s or more");
		}
		if (instance == null) {
			instance = "fib-server-" + UUID.randomUUID().toString().substring(0, 8);
		}
		if (!instance.matches("[!-~]{1,64}")) {
			throw new InvalidConfigurationPropertyValueException("fib.server.instance", instance,
					"must have 1 to 64 printable ASCII characters and no blanks");
		}
	}

	@Override
	public String instance() {
		return (this.instance != null) ? this.instance : "";
	}

	/**
	 * The type of {@code rpc_queue}, by the names that RabbitMQ has for them.
	 */
	enum QueueType {

		QUORUM, CLASSIC

	}

	/**
	 * Bounds of {@code rpc_dead_letters}; beyond them the oldest goes first.
	 *
	 * @param maxLength number of messages that are kept
	 * @param maxAge how long a message is kept
	 */
	record DeadLetters(@DefaultValue("10000") int maxLength, @DefaultValue("7d") Duration maxAge) {

		DeadLetters {
			if (maxLength < 1) {
				throw new InvalidConfigurationPropertyValueException("fib.server.dead-letters.max-length", maxLength,
						"must be 1 or more");
			}
			if (maxAge.toMillis() < 1) {
				throw new InvalidConfigurationPropertyValueException("fib.server.dead-letters.max-age", maxAge,
						"must be 1ms or more");
			}
		}

	}

}
