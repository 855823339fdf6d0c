package io.fibrpc.client;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.RpcConnector;
import io.rabbitrpc.client.RpcTemplate;
import io.rabbitrpc.client.StrayReplies;
import org.jspecify.annotations.Nullable;

/**
 * The client's meters. All of them exist from the start, and their tags come from closed
 * lists, so that nothing that a peer sends makes a new one.
 */
final class CallMeters {

	private static final Duration[] BUCKETS = { Duration.ofMillis(1), Duration.ofNanos(2_500_000), Duration.ofMillis(5),
			Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
			Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
			Duration.ofSeconds(5), Duration.ofSeconds(10) };

	/** In place of a status, of a call that its caller cancelled. */
	static final String CANCELLED = "CANCELLED";

	private final Map<RpcStatus, Timer> calls = new EnumMap<>(RpcStatus.class);

	private final Timer cancelled;

	private final Timer serverTime;

	private final Timer brokerTime;

	private final Counter retries;

	/**
	 * Registers the meters.
	 * @param registry keeps them
	 * @param replyMode of all the calls
	 * @param template knows how many calls are in flight
	 * @param connector knows what became of replies that no call waited for
	 */
	CallMeters(MeterRegistry registry, ReplyMode replyMode, RpcTemplate template, RpcConnector connector) {
		for (RpcStatus status : RpcStatus.values()) {
			this.calls.put(status, calls(registry, replyMode, status.name()));
		}
		this.cancelled = calls(registry, replyMode, CANCELLED);
		this.serverTime = Timer.builder("fib.client.calls.server.time")
			.description("The part of an answered call that the server worked, as its reply says")
			.tag("reply.mode", replyMode.toString())
			.register(registry);
		this.brokerTime = Timer.builder("fib.client.calls.broker.time")
			.description("The rest of an answered call: queue, broker and network")
			.tag("reply.mode", replyMode.toString())
			.register(registry);
		this.retries = Counter.builder("fib.client.retries")
			.description("Calls that were made again")
			.register(registry);
		Gauge.builder("fib.client.calls.in.flight", template, RpcTemplate::callsInFlight)
			.description("Calls that wait for their replies")
			.register(registry);
		Gauge.builder("fib.client.calls.limit", template, RpcTemplate::maxInFlight)
			.description("The most calls that may wait for their replies at a time")
			.register(registry);
		StrayReplies strayReplies = connector.strayReplies();
		for (StrayReplies.Kind kind : StrayReplies.Kind.values()) {
			FunctionCounter.builder("fib.client.replies.dropped", strayReplies, (counts) -> counts.count(kind))
				.description("Replies that no call waited for")
				.tag("reason", kind.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
	}

	private static Timer calls(MeterRegistry registry, ReplyMode replyMode, String status) {
		return Timer.builder("fib.client.calls")
			.description("Calls that have ended, with or without a value")
			.tag("reply.mode", replyMode.toString())
			.tag("status", status)
			.serviceLevelObjectives(BUCKETS)
			.register(registry);
	}

	/**
	 * Counts a call that has ended.
	 * @param status how it ended, {@code null} if its caller cancelled it
	 * @param nanos how long it took
	 */
	void ended(@Nullable RpcStatus status, long nanos) {
		Timer timer = (status != null) ? this.calls.get(status) : this.cancelled;
		if (timer != null) {
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	/**
	 * Splits the time of a call that was answered.
	 * @param work how long the server worked
	 * @param nanos how long the call took
	 */
	void answered(Duration work, long nanos) {
		// What the server says is not to be trusted beyond what was seen
		long server = Math.min(work.toNanos(), nanos);
		this.serverTime.record(server, TimeUnit.NANOSECONDS);
		this.brokerTime.record(nanos - server, TimeUnit.NANOSECONDS);
	}

	void retried() {
		this.retries.increment();
	}

}
