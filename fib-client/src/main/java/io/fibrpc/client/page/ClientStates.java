package io.fibrpc.client.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;

import io.fibrpc.client.FibonacciClient;
import io.fibrpc.client.page.ClientState.Bucket;
import io.fibrpc.client.page.ClientState.Queue;

/**
 * Finds out what the client knows: from its health, its meters and the replies. So the
 * page and the tools of an operator show the same.
 */
final class ClientStates {

	private static final String METERS = "rabbit.rpc.client.calls";

	private static final String HEALTH = "rpcServers";

	private final FibonacciClient client;

	private final HealthContributorRegistry health;

	private final MeterRegistry meters;

	private final AnsweringServers servers;

	private final DrawnCalls calls;

	private final String replyMode;

	ClientStates(FibonacciClient client, HealthContributorRegistry health, MeterRegistry meters,
			AnsweringServers servers, DrawnCalls calls, String replyMode) {
		this.client = client;
		this.health = health;
		this.meters = meters;
		this.servers = servers;
		this.calls = calls;
		this.replyMode = replyMode;
	}

	/**
	 * Finds out the state. This may wait a second for the broker.
	 * @return the state
	 */
	ClientState now() {
		Queue queue = queue();
		Collection<Timer> timers = this.meters.find(METERS).tag("queue", queue.name()).timers();
		return new ClientState(queue, this.servers.consuming((queue.consumers() != null) ? queue.consumers() : -1),
				gauge("in.flight"), gauge("limit"), outcomes(timers), latency(timers), this.replyMode,
				this.client.deadline().toMillis(), this.calls.notDrawn());
	}

	private Queue queue() {
		String name = this.client.queue();
		if (!(this.health.getContributor(HEALTH) instanceof HealthIndicator indicator)) {
			return new Queue(name, null, null, null);
		}
		Health now = indicator.health();
		Map<String, Object> details = (now != null) ? now.getDetails() : Map.of();
		Map<?, ?> queue = (details.get("queues") instanceof Map<?, ?> queues
				&& queues.get(name) instanceof Map<?, ?> found) ? found : Map.of();
		Object reason = (queue.get("reason") != null) ? queue.get("reason") : details.get("reason");
		return new Queue(name, number(queue.get("consumers")), number(queue.get("depth")),
				(reason != null) ? reason.toString() : null);
	}

	private static @Nullable Integer number(@Nullable Object value) {
		return (value instanceof Integer number) ? number : null;
	}

	private long gauge(String name) {
		Gauge gauge = this.meters.find(METERS + "." + name).gauge();
		return (gauge != null) ? (long) gauge.value() : 0;
	}

	private static Map<String, Long> outcomes(Collection<Timer> timers) {
		Map<String, Long> outcomes = new TreeMap<>();
		timers.stream()
			.filter((timer) -> timer.count() > 0)
			.forEach((timer) -> outcomes.merge(status(timer), timer.count(), Long::sum));
		return outcomes;
	}

	private static String status(Timer timer) {
		return String.valueOf(timer.getId().getTag("status"));
	}

	// The buckets of a timer count all calls up to their limits
	private static List<Bucket> latency(Collection<Timer> timers) {
		Map<Double, Long> upTo = new LinkedHashMap<>();
		long calls = 0;
		for (Timer timer : timers) {
			if (RpcStatus.OK.name().equals(status(timer))) {
				HistogramSnapshot snapshot = timer.takeSnapshot();
				calls += snapshot.count();
				for (CountAtBucket bucket : snapshot.histogramCounts()) {
					if (Double.isFinite(bucket.bucket())) {
						upTo.merge(bucket.bucket(TimeUnit.MILLISECONDS), (long) bucket.count(), Long::sum);
					}
				}
			}
		}
		List<Bucket> parts = new ArrayList<>();
		long shorter = 0;
		for (Map.Entry<Double, Long> bucket : upTo.entrySet()) {
			parts.add(new Bucket(bucket.getKey(), bucket.getValue() - shorter));
			shorter = bucket.getValue();
		}
		parts.add(new Bucket(null, Math.max(0, calls - shorter)));
		return parts;
	}

}
