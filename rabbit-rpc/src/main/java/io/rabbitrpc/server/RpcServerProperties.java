package io.rabbitrpc.server;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Settings of the listeners that name the container factory {@code rpc}.
 *
 * @param enabled whether there is a container factory named rpc
 * @param instance name of this server in the reply header x-rpc-server and in the names
 * of its connections: 1 to 64 printable ASCII characters without blanks. If it is not
 * set, it is the application's name and a random number
 * @param prefetch how many requests each consumer takes at a time while many quick
 * requests come, from 1 to 1000. Otherwise it takes
 * spring.rabbitmq.listener.direct.prefetch, or one
 * @param handlerTimeout how long a listener may work on a request, 100 ms or more. Then
 * its thread is interrupted, and its caller gets DEADLINE_EXCEEDED. If it is not set,
 * there is no limit
 * @param deadLetters the queue that keeps requests to which no reply can be given
 */
@ConfigurationProperties(prefix = "rabbit.rpc.server", ignoreUnknownFields = false)
public record RpcServerProperties(@DefaultValue("true") boolean enabled, @Nullable String instance,
		@DefaultValue("250") int prefetch, @Nullable Duration handlerTimeout, @DefaultValue DeadLetters deadLetters) {

	private static final String PREFIX = "rabbit.rpc.server.";

	private static final int LARGEST_PREFETCH = 1000;

	private static final Duration SHORTEST_HANDLER_TIMEOUT = Duration.ofMillis(100);

	public RpcServerProperties {
		failIf(prefetch < 1 || prefetch > LARGEST_PREFETCH, "prefetch", prefetch,
				"must be from 1 to " + LARGEST_PREFETCH);
		failIf(handlerTimeout != null && handlerTimeout.compareTo(SHORTEST_HANDLER_TIMEOUT) < 0, "handler-timeout",
				handlerTimeout, "must be 100ms or more");
		failIf(instance != null && !instance.matches("[!-~]{1,64}"), "instance", instance,
				"must have 1 to 64 printable ASCII characters and no blanks");
	}

	private static void failIf(boolean condition, String name, @Nullable Object value, String reason) {
		if (condition) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, reason);
		}
	}

	/**
	 * The queue of the dead letters, and its bounds.
	 *
	 * @param queue name of the queue that keeps requests to which no reply can be given
	 * @param maxLength how many requests this queue keeps, 1 or more. Beyond that the
	 * oldest ones are dropped
	 * @param maxAge how long this queue keeps a request, 1 ms or more
	 */
	public record DeadLetters(@DefaultValue("rpc_dead_letters") String queue, @DefaultValue("10000") int maxLength,
			@DefaultValue("7d") Duration maxAge) {

		public DeadLetters {
			failIf(queue.isBlank(), "dead-letters.queue", queue, "must be the name of a queue");
			failIf(maxLength < 1, "dead-letters.max-length", maxLength, "must be 1 or more");
			failIf(maxAge.toMillis() < 1, "dead-letters.max-age", maxAge, "must be 1ms or more");
		}

	}

}
