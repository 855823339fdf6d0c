package io.fibrpc.server;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The server's settings.
 *
 * @param queueType type of rpc_queue, if this server declares it: quorum, as in the
 * tutorials, or classic, which is faster and keeps no copies on other nodes
 * @param maxN largest n that the server computes, from 0 to 10000000
 * @param delay time that the server waits before each computation, so that you can try
 * out a slow server
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
	 * The types of {@code rpc_queue}, by RabbitMQ's names.
	 */
	enum QueueType {

		QUORUM, CLASSIC

	}

}
