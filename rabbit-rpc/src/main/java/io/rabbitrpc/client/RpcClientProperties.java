package io.rabbitrpc.client;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.rabbitrpc.QueueShards;
import io.rabbitrpc.client.call.RpcRequest;

/**
 * The settings of an application's calls.
 *
 * @param enabled whether the application makes calls by this library. If not, its
 * RabbitTemplate is Boot's own
 * @param replyMode where replies arrive: by direct reply-to, or on a callback queue of
 * the client's own
 * @param deadline how long a call waits at most, from 1 ms to 1 day. If it is not set,
 * spring.rabbitmq.template.reply-timeout counts, and without that 5 s
 * @param noServer what a call does while no server consumes its queue: it ends
 * UNAVAILABLE within a second, or it waits for a server until its deadline
 * @param maxInFlight how many calls may wait for replies at a time, from 1 to 100000. A
 * call beyond that ends RESOURCE_EXHAUSTED
 * @param retry whether and how often a call is made again
 * @param queues settings for the calls to single queues. The key is the queue's name, or
 * any word if the entry has a name of its own
 */
@ConfigurationProperties(prefix = RpcClientProperties.PREFIX, ignoreUnknownFields = false)
public record RpcClientProperties(@DefaultValue("true") boolean enabled, @DefaultValue("direct") ReplyMode replyMode,
		@Nullable Duration deadline, @DefaultValue("fail-fast") NoServer noServer,
		@DefaultValue("1000") int maxInFlight, @DefaultValue Retry retry, @DefaultValue Map<String, Queue> queues) {

	static final String PREFIX = "rabbit.rpc.client";

	static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);

	private static final int LARGEST_MAX_IN_FLIGHT = 100_000;

	private static final int LARGEST_SHARDS = 100;

	public RpcClientProperties {
		checkDeadline(PREFIX, deadline);
		if (maxInFlight < 1 || maxInFlight > LARGEST_MAX_IN_FLIGHT) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + ".max-in-flight", maxInFlight,
					"must be from 1 to " + LARGEST_MAX_IN_FLIGHT);
		}
		queues.forEach((name, queue) -> {
			String prefix = "%s.queues.%s".formatted(PREFIX, name);
			checkDeadline(prefix, queue.deadline());
			checkShards(prefix, queue.shards());
		});
		queues = byName(queues);
	}

	/**
	 * How long a call may take that is given no deadline.
	 * @param queue the queue that it goes to, or {@code null} if that is not known
	 * @param otherwise if nothing is set for the queue, nor for all calls
	 * @return that time
	 */
	Duration deadline(@Nullable String queue, Duration otherwise) {
		Queue settings = (queue != null) ? this.queues.get(queue) : null;
		if (settings != null && settings.deadline() != null) {
			return settings.deadline();
		}
		return (this.deadline != null) ? this.deadline : otherwise;
	}

	/**
	 * Whether a call may be made again that may have run.
	 * @param queue the queue that it goes to, or {@code null} if that is not known
	 * @return what is set for the queue
	 */
	boolean isIdempotent(@Nullable String queue) {
		Queue settings = (queue != null) ? this.queues.get(queue) : null;
		return settings != null && settings.idempotent();
	}

	/**
	 * The queues that share the requests for a queue of the settings.
	 * @param queue its name
	 * @return the names of its shards. If it has only one, that is the queue itself
	 */
	public List<String> shards(String queue) {
		Queue settings = this.queues.get(queue);
		return QueueShards.names(queue, (settings != null) ? settings.shards() : 1);
	}

	private static void checkShards(String prefix, int shards) {
		if (shards < 1 || shards > LARGEST_SHARDS) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".shards", shards,
					"must be from 1 to " + LARGEST_SHARDS);
		}
	}

	private static void checkDeadline(String prefix, @Nullable Duration deadline) {
		if (deadline != null && !RpcRequest.isDeadline(deadline)) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".deadline", deadline,
					"must be from 1ms to 1d");
		}
	}

	private static Map<String, Queue> byName(Map<String, Queue> queues) {
		Map<String, Queue> named = new LinkedHashMap<>();
		Map<String, String> keys = new HashMap<>();
		queues.forEach((key, queue) -> {
			String name = (queue.name() != null) ? queue.name() : key;
			String other = keys.putIfAbsent(name, key);
			if (other != null) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + ".queues",
						"%s and %s".formatted(other, key),
						"must have one key for each queue: both are for %s".formatted(name));
			}
			named.put(name, queue);
		});
		return Collections.unmodifiableMap(named);
	}

	/**
	 * Whether and how often a call is made again that ended UNAVAILABLE or
	 * RESOURCE_EXHAUSTED, always within its deadline.
	 *
	 * @param maxAttempts how many attempts a call has at most, from 1 to 10. With 1 no
	 * call is made again
	 * @param backoff time before the second attempt, 1 ms or more. It doubles with each
	 * attempt, and half of it is random
	 * @param maxTokens how many retry tokens each queue has, from 3 to 1000. A failed
	 * attempt takes one. Calls are made again only while more than half of the tokens are
	 * left. 0 switches this limit off
	 * @param tokenRatio part of a token that each answered attempt gives back, from 0.001
	 * to 1
	 */
	public record Retry(@DefaultValue("1") int maxAttempts, @DefaultValue("100ms") Duration backoff,
			@DefaultValue("100") int maxTokens, @DefaultValue("0.1") double tokenRatio) {

		// With fewer, the first failure leaves no more than half
		private static final int SMALLEST_MAX_TOKENS = 3;

		private static final int LARGEST_MAX_TOKENS = 1000;

		private static final double SMALLEST_TOKEN_RATIO = 0.001;

		private static final int LARGEST_MAX_ATTEMPTS = 10;

		public Retry {
			if (maxAttempts < 1 || maxAttempts > LARGEST_MAX_ATTEMPTS) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + ".retry.max-attempts", maxAttempts,
						"must be from 1 to " + LARGEST_MAX_ATTEMPTS);
			}
			if (backoff.compareTo(Duration.ofMillis(1)) < 0) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + ".retry.backoff", backoff,
						"must be 1ms or more");
			}
			if (maxTokens != 0 && (maxTokens < SMALLEST_MAX_TOKENS || maxTokens > LARGEST_MAX_TOKENS)) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + ".retry.max-tokens", maxTokens,
						"must be 0, or from %d to %d".formatted(SMALLEST_MAX_TOKENS, LARGEST_MAX_TOKENS));
			}
			if (!(tokenRatio >= SMALLEST_TOKEN_RATIO && tokenRatio <= 1)) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + ".retry.token-ratio", tokenRatio,
						"must be from 0.001 to 1");
			}
		}

	}

	/**
	 * Settings for the calls to one queue.
	 *
	 * @param name name of the queue. If it is not set, the key is the name
	 * @param deadline how long a call to this queue waits at most, from 1 ms to 1 day. If
	 * it is not set, rabbit.rpc.client.deadline counts
	 * @param idempotent whether a call to this queue may be made again even if it may
	 * have run
	 * @param shards how many queues share the calls to this queue, from 1 to 100: the
	 * queue itself, then the queues with .1, .2 and so on after its name
	 */
	public record Queue(@Nullable String name, @Nullable Duration deadline, @DefaultValue("false") boolean idempotent,
			@DefaultValue("1") int shards) {
	}

	/**
	 * What a call does while nobody consumes its queue.
	 */
	public enum NoServer {

		/** It ends within a second. */
		FAIL_FAST,

		/** It waits for a server until its deadline. */
		WAIT

	}

}
