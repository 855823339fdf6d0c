package io.fibrpc.client;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.rabbitrpc.client.QueueState;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.RequestQueueMonitor;
import io.rabbitrpc.client.RpcConnector;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.fibrpc.client.CallObserver.LastCall;

/**
 * Tells whether a call made now would find a server: the broker answers, the request
 * queue exists and somebody consumes it. It never waits for longer than a second.
 */
final class FibonacciServerHealthIndicator implements HealthIndicator {

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final RpcConnector connector;

	private final RequestQueueMonitor monitor;

	private final CallObserver observer;

	private final String requestQueue;

	private final ReplyMode replyMode;

	FibonacciServerHealthIndicator(RpcConnector connector, RequestQueueMonitor monitor, CallObserver observer,
			String requestQueue, ReplyMode replyMode) {
		this.connector = connector;
		this.monitor = monitor;
		this.observer = observer;
		this.requestQueue = requestQueue;
		this.replyMode = replyMode;
	}

	@Override
	public Health health() {
		Health.Builder health = Health.up()
			.withDetail("requestQueue", this.requestQueue)
			.withDetail("replyMode", this.replyMode.toString());
		LastCall last = this.observer.last();
		health.withDetail("lastCall", (last != null) ? last.toString() : "none");
		String problem = this.connector.problem();
		if (problem == null) {
			health.withDetail("broker", this.connector.broker());
			problem = look(health);
		}
		return (problem != null) ? health.down().withDetail("reason", problem).build() : health.build();
	}

	// Returns what is wrong, if anything
	private @Nullable String look(Health.Builder health) {
		QueueState state = state();
		if (state == null) {
			if (this.monitor.isRefused(this.requestQueue)) {
				health.withDetail("consumers", "unknown: this user may not ask");
				return null;
			}
			return "the broker does not answer";
		}
		if (!state.isMissing()) {
			health.withDetail("consumers", state.consumers()).withDetail("depth", state.waiting());
		}
		return state.isUnserved() ? state.describe() : null;
	}

	private @Nullable QueueState state() {
		try {
			return this.monitor.state(this.requestQueue).copy().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
