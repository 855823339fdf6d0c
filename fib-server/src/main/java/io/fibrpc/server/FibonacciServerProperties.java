package io.fibrpc.server;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The server's settings.
 *
 * @param queueType type that rpc_queue is declared with: quorum, as the tutorials do, or
 * classic, which is faster and keeps no copy on other nodes
 * @param maxN largest n that is answered, from 0 to 10000000
 * @param delay time to wait before each computation, to try out slow servers
 */
@ConfigurationProperties(prefix = "fib.server", ignoreUnknownFields = false)
record FibonacciServerProperties(@DefaultValue("quorum") QueueType queueType, @DefaultValue("100000") int maxN,
		@DefaultValue("0s") Duration delay) {

	private static final int LARGEST_MAX_N = 10_000_000;

	FibonacciServerProperties {
		if (maxN < 0 || maxN > LARGEST_MAX_N) {
			throw new InvalidConfigurationPropertyValueException("fib.server.max-n", maxN,
					"must be from 0 to " + LARGEST_MAX_N);
		}
		if (delay.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("fib.server.delay", delay, "must be 0s or more");
		}
	}

	/**
	 * The type of {@code rpc_queue}, by the names that RabbitMQ has for them.
	 */
	enum QueueType {

		QUORUM, CLASSIC

	}

}
