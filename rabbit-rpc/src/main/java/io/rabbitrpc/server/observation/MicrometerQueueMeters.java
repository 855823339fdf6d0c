package io.rabbitrpc.server.observation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.container.ServedQueue;
import io.rabbitrpc.server.request.DeadLetterReason;

/**
 * Counts with Micrometer. All series, except those of rare statuses, exist with 0 before
 * the first request. Otherwise a rate would miss the first request.
 */
final class MicrometerQueueMeters implements QueueMeters {

	private static final String PREFIX = "rabbit.rpc.server.";

	private static final String QUEUE = "queue";

	private static final Duration[] BUCKETS = LongStream
		.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
				5_000_000, 10_000_000)
		.mapToObj((micros) -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros)))
		.toArray(Duration[]::new);

	private final Map<RpcStatus, Timer> answered = new ConcurrentHashMap<>();

	private final Map<DeadLetterReason, Counter> kept = new EnumMap<>(DeadLetterReason.class);

	private final Function<RpcStatus, Timer> timers;

	private final Counter expired;

	private final Counter redelivered;

	private final Counter replyFailures;

	private final Counter lateResults;

	private final Counter notKept;

	private final Counter replacedIds;

	private final Counter droppedHeaders;

	MicrometerQueueMeters(MeterRegistry registry, ServedQueue queue) {
		String name = queue.name();
		this.timers = (status) -> Timer.builder(PREFIX + "requests")
			.description("Requests whose reply the broker has, from reading to reply")
			.tags(QUEUE, name, "status", status.name())
			.serviceLevelObjectives(BUCKETS)
			.register(registry);
		for (RpcStatus status : new RpcStatus[] { RpcStatus.OK, RpcStatus.INVALID_ARGUMENT, RpcStatus.INTERNAL }) {
			this.answered.put(status, this.timers.apply(status));
		}
		for (DeadLetterReason reason : DeadLetterReason.values()) {
			this.kept.put(reason,
					counter(name, "dead.letters", "Requests that cannot be answered, kept as dead letters")
						.tag("reason", reason.name().toLowerCase(Locale.ROOT))
						.register(registry));
		}
		this.expired = counter(name, "requests.expired", "Requests dropped because nobody waits for the reply any more")
			.register(registry);
		this.redelivered = counter(name, "requests.redelivered", "Requests that RabbitMQ had delivered before")
			.register(registry);
		this.replyFailures = counter(name, "reply.failures",
				"Replies that the broker refused, or did not take while the caller waited")
			.register(registry);
		this.lateResults = counter(name, "results.late",
				"Results that listeners gave after their requests had timed out; nobody gets them")
			.register(registry);
		this.notKept = counter(name, "dead.letters.failures", "Requests that could neither be answered nor kept")
			.register(registry);
		this.replacedIds = counter(name, "requests.replaced.ids",
				"Requests whose id is not UTF-8, so that the reply has another id")
			.register(registry);
		this.droppedHeaders = counter(name, "headers.dropped",
				"Application headers of requests and replies that the protocol does not allow")
			.register(registry);
		Gauge.builder(PREFIX + "requests.active", queue, ServedQueue::active)
			.description("Requests in work")
			.tag(QUEUE, name)
			.register(registry);
		TimeGauge
			.builder(PREFIX + "requests.longest", queue, TimeUnit.NANOSECONDS, (served) -> served.longest().toNanos())
			.description("How long the oldest request in work has been in work")
			.tag(QUEUE, name)
			.register(registry);
		Gauge.builder(PREFIX + "prefetch", queue, ServedQueue::prefetch)
			.description("Requests that each consumer takes at a time now")
			.tag(QUEUE, name)
			.register(registry);
	}

	private static Counter.Builder counter(String queue, String name, String description) {
		return Counter.builder(PREFIX + name).description(description).tag(QUEUE, queue);
	}

	@Override
	public void redelivered() {
		this.redelivered.increment();
	}

	@Override
	public void idReplaced() {
		this.replacedIds.increment();
	}

	@Override
	public void headersDropped(int count) {
		if (count > 0) {
			this.droppedHeaders.increment(count);
		}
	}

	@Override
	public void answered(RpcStatus status, long nanos) {
		this.answered.computeIfAbsent(status, this.timers).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void expired() {
		this.expired.increment();
	}

	@Override
	public void lateResult() {
		this.lateResults.increment();
	}

	@Override
	public void replyFailed() {
		this.replyFailures.increment();
	}

	@Override
	public void kept(DeadLetterReason reason) {
		Counter counter = this.kept.get(reason);
		if (counter != null) {
			counter.increment();
		}
	}

	@Override
	public void notKept() {
		this.notKept.increment();
	}

}
