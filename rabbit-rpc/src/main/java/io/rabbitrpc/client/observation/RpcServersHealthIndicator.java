package io.rabbitrpc.client.observation;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.observation.CallRecorder.LastCall;
import io.rabbitrpc.client.queue.QueueState;
import io.rabbitrpc.client.queue.RequestQueueMonitor;

/**
 * Tells whether a call would find a server now: the broker answers, the queue exists and
 * somebody consumes it. It is down if that is not so for a queue of the settings. A queue
 * with shards is down only if all of them are. It also shows the first 50 other queues
 * that were called. They never make it down, because nobody knows whether they will be
 * called again. It never waits longer than a second. Its details look like those of
 * {@code rpcListeners}.
 */
final class RpcServersHealthIndicator implements HealthIndicator {

	private static final Duration PATIENCE_WITH_OTHERS = Duration.ofMillis(250);

	private static final Map<String, Object> NOT_ASKED = Map.of("unknown", "there was no time to ask");

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final RpcConnector connector;

	private final RequestQueueMonitor monitor;

	private final @Nullable CallRecorder recorder;

	private final ReplyMode replyMode;

	private final List<List<String>> queues;

	RpcServersHealthIndicator(RpcConnector connector, RequestQueueMonitor monitor, @Nullable CallRecorder recorder,
			ReplyMode replyMode, List<List<String>> queues) {
		this.connector = connector;
		this.monitor = monitor;
		this.recorder = recorder;
		this.replyMode = replyMode;
		this.queues = queues;
	}

	@Override
	public Health health() {
		Health.Builder health = Health.up().withDetail("replyMode", this.replyMode.toString());
		LastCall last = (this.recorder != null) ? this.recorder.last() : null;
		health.withDetail("lastCall", (last != null) ? last.toString() : "none");
		String problem = this.connector.problem();
		if (problem == null) {
			health.withDetail("broker", this.connector.broker());
			problem = look(health);
		}
		return (problem != null) ? health.down().withDetail("reason", problem).build() : health.build();
	}

	// Asks about all queues of the settings before it waits for the first answer. Then it
	// asks about the others one by one, so at most one question is open at the end.
	// Returns what is wrong, if anything
	private @Nullable String look(Health.Builder health) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		Map<String, CompletableFuture<@Nullable QueueState>> states = new LinkedHashMap<>();
		this.queues.forEach((shards) -> shards.forEach((queue) -> states.put(queue, this.monitor.state(queue).copy())));
		Map<String, Object> details = new LinkedHashMap<>();
		Map<String, String> problems = new HashMap<>();
		states.forEach((queue, asked) -> {
			QueueState state = await(asked, end);
			String wrong = problem(queue, state);
			if (wrong != null) {
				problems.put(queue, wrong);
			}
			details.put(queue, details(state, wrong));
		});
		long othersEnd = Math.min(end, System.nanoTime() + PATIENCE_WITH_OTHERS.toNanos());
		for (String queue : (this.recorder != null) ? this.recorder.queues() : List.<String>of()) {
			if (!states.containsKey(queue)) {
				boolean isTime = System.nanoTime() < othersEnd && !Thread.currentThread().isInterrupted();
				details.put(queue, isTime ? other(queue, end) : NOT_ASKED);
			}
		}
		health.withDetail("queues", details);
		// Calls go to the other shards
		return this.queues.stream()
			.filter((shards) -> problems.keySet().containsAll(shards))
			.map((shards) -> problems.get(shards.get(0)))
			.findFirst()
			.orElse(null);
	}

	private Map<String, Object> other(String queue, long end) {
		QueueState state = await(this.monitor.state(queue).copy(), end);
		return details(state, problem(queue, state));
	}

	private static Map<String, Object> details(@Nullable QueueState state, @Nullable String wrong) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (wrong != null) {
			details.put("reason", wrong);
		}
		else if (state == null) {
			details.put("unknown", "this user may not ask");
		}
		if (state != null && !state.isMissing()) {
			details.put("consumers", state.consumers());
			details.put("depth", state.waiting());
		}
		return details;
	}

	private @Nullable String problem(String queue, @Nullable QueueState state) {
		if (state == null) {
			return this.monitor.isDenied(queue) ? null : "the broker does not answer";
		}
		return state.isUnserved() ? state.describe() : null;
	}

	private static @Nullable QueueState await(CompletableFuture<@Nullable QueueState> state, long end) {
		try {
			return state.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		catch (ExecutionException | TimeoutException ex) {
			return null;
		}
	}

}
