package io.rabbitrpc.client.observation;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.ReplyMode;

/**
 * Counts with Micrometer. The number of series is limited: tags come from closed lists,
 * so callers and peers cannot create new ones. Queues of the settings have their own
 * series. So have the first 50 other queues. All further queues share one series, named
 * {@code other}, also with a queue of that name. For the queues of the settings, all
 * series exist with 0 before the first call. Otherwise a rate would miss the first call.
 */
final class MicrometerCallMeters implements CallMeters {

	static final String PREFIX = "rabbit.rpc.client.";

	static final int MAX_OTHER_QUEUES = 50;

	static final String OTHER_QUEUES = "other";

	private static final Duration[] BUCKETS = { Duration.ofMillis(1), Duration.ofNanos(2_500_000), Duration.ofMillis(5),
			Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
			Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
			Duration.ofSeconds(5), Duration.ofSeconds(10) };

	private final MeterRegistry registry;

	private final String replyMode;

	private final int maxQueues;

	private final Map<String, QueueMeters> queues = new ConcurrentHashMap<>();

	private final QueueMeters others;

	/**
	 * Registers the meters of the known queues.
	 * @param registry keeps them
	 * @param replyMode of all the calls
	 * @param known queues that the settings name
	 */
	MicrometerCallMeters(MeterRegistry registry, ReplyMode replyMode, Collection<String> known) {
		this.registry = registry;
		this.replyMode = replyMode.toString();
		this.maxQueues = known.size() + MAX_OTHER_QUEUES;
		this.others = new QueueMeters(OTHER_QUEUES);
		known.forEach((queue) -> this.queues.computeIfAbsent(queue, QueueMeters::new).registerAll());
	}

	private QueueMeters queue(String queue) {
		QueueMeters known = this.queues.get(queue);
		if (known != null) {
			return known;
		}
		return (this.queues.size() < this.maxQueues) ? add(queue) : this.others;
	}

	// Only one thread at a time, so that the limit holds
	private synchronized QueueMeters add(String queue) {
		return (this.queues.size() < this.maxQueues) ? this.queues.computeIfAbsent(queue, QueueMeters::new)
				: this.others;
	}

	@Override
	public void ended(String queue, @Nullable RpcStatus status, long nanos) {
		queue(queue).calls((status != null) ? status : RpcStatus.CANCELLED).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void answered(String queue, Duration work, long nanos) {
		QueueMeters meters = queue(queue);
		// The server cannot have worked longer than the attempt took
		long server = Math.min(work.toNanos(), nanos);
		meters.serverTime.record(server, TimeUnit.NANOSECONDS);
		meters.brokerTime.record(nanos - server, TimeUnit.NANOSECONDS);
	}

	@Override
	public void retried(String queue) {
		queue(queue).retries.increment();
	}

	@Override
	public void headersDropped(String queue, int count) {
		queue(queue).droppedHeaders.increment(count);
	}

	/**
	 * The meters of one queue.
	 */
	private final class QueueMeters {

		private final String queue;

		private final Map<RpcStatus, Timer> calls = new ConcurrentHashMap<>();

		private final Timer serverTime;

		private final Timer brokerTime;

		private final Counter retries;

		private final Counter droppedHeaders;

		QueueMeters(String queue) {
			this.queue = queue;
			this.serverTime = time("server", "How long the server worked on an answered call, as its reply says");
			this.brokerTime = time("broker", "The rest of an answered call: queue, broker and network");
			this.retries = counter("retries", "Calls that were made again");
			this.droppedHeaders = counter("headers.dropped",
					"Application headers of requests and replies that the protocol does not allow");
		}

		private Counter counter(String name, String description) {
			return Counter.builder(PREFIX + name)
				.description(description)
				.tag("queue", this.queue)
				.register(MicrometerCallMeters.this.registry);
		}

		private Timer time(String part, String description) {
			return Timer.builder("%scalls.%s.time".formatted(PREFIX, part))
				.description(description)
				.tags("queue", this.queue, "reply.mode", MicrometerCallMeters.this.replyMode)
				.register(MicrometerCallMeters.this.registry);
		}

		void registerAll() {
			for (RpcStatus status : RpcStatus.values()) {
				calls(status);
			}
		}

		Timer calls(RpcStatus status) {
			Timer known = this.calls.get(status);
			return (known != null) ? known : this.calls.computeIfAbsent(status, this::register);
		}

		private Timer register(RpcStatus status) {
			return Timer.builder(PREFIX + "calls")
				.description("Attempts to make a call that have ended, with or without a value")
				.tags("queue", this.queue, "reply.mode", MicrometerCallMeters.this.replyMode, "status", status.name())
				.serviceLevelObjectives(BUCKETS)
				.register(MicrometerCallMeters.this.registry);
		}

	}

}
