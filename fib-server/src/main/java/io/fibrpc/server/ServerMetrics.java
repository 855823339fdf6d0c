package io.fibrpc.server;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.rabbitrpc.RpcStatus;
import org.springframework.amqp.core.Message;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.RefusalReason;

/**
 * Counts what becomes of requests. Every series is there, at 0, before the first request:
 * a rate of a counter that begins at 1 misses the 1.
 */
@Component
final class ServerMetrics {

	private static final Duration[] BUCKETS = LongStream
		.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
				5_000_000, 10_000_000)
		.mapToObj((micros) -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros)))
		.toArray(Duration[]::new);

	private final Map<RpcStatus, Timer> answered = new EnumMap<>(RpcStatus.class);

	private final Map<RefusalReason, Counter> refused = new EnumMap<>(RefusalReason.class);

	private final Map<DeadLetterReason, Counter> kept = new EnumMap<>(DeadLetterReason.class);

	private final Counter expired;

	private final Counter redelivered;

	private final Counter replyFailures;

	private final Counter notKept;

	private final Counter replacedIds;

	ServerMetrics(MeterRegistry registry) {
		for (RpcStatus status : new RpcStatus[] { RpcStatus.OK, RpcStatus.INVALID_ARGUMENT, RpcStatus.INTERNAL }) {
			this.answered.put(status,
					Timer.builder("fib.server.requests")
						.description("Requests whose reply the broker has, from reading to reply")
						.tag("status", status.name())
						.serviceLevelObjectives(BUCKETS)
						.register(registry));
		}
		for (RefusalReason reason : RefusalReason.values()) {
			this.refused.put(reason,
					counter("requests.refused", "Requests answered INVALID_ARGUMENT").tag("reason", tag(reason))
						.register(registry));
		}
		for (DeadLetterReason reason : DeadLetterReason.values()) {
			this.kept.put(reason,
					counter("dead.letters", "Requests that cannot be answered, kept in rpc_dead_letters")
						.tag("reason", tag(reason))
						.register(registry));
		}
		this.expired = counter("requests.expired", "Requests dropped because nobody waits for the reply any more")
			.register(registry);
		this.redelivered = counter("requests.redelivered", "Requests that RabbitMQ had delivered before")
			.register(registry);
		this.replyFailures = counter("reply.failures",
				"Replies that the broker refused, or did not take while the caller waited")
			.register(registry);
		this.notKept = counter("dead.letters.failures", "Requests that could neither be answered nor kept")
			.register(registry);
		this.replacedIds = counter("requests.replaced.ids",
				"Requests whose id is no UTF-8, so that the reply has another one")
			.register(registry);
	}

	private static Counter.Builder counter(String name, String description) {
		return Counter.builder("fib.server." + name).description(description);
	}

	private static String tag(Enum<?> reason) {
		return reason.name().toLowerCase(Locale.ROOT);
	}

	void received(Message request) {
		if (Boolean.TRUE.equals(request.getMessageProperties().isRedelivered())) {
			this.redelivered.increment();
		}
	}

	void answered(Outcome outcome, long nanos) {
		Timer timer = (outcome.status() != null) ? this.answered.get(outcome.status()) : null;
		if (timer != null) {
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
		Counter counter = (outcome.refusal() != null) ? this.refused.get(outcome.refusal()) : null;
		if (counter != null) {
			counter.increment();
		}
	}

	void expired() {
		this.expired.increment();
	}

	void replyFailed() {
		this.replyFailures.increment();
	}

	void notKept() {
		this.notKept.increment();
	}

	void idReplaced() {
		this.replacedIds.increment();
	}

	void kept(DeadLetterReason reason) {
		Counter counter = this.kept.get(reason);
		if (counter != null) {
			counter.increment();
		}
	}

}
