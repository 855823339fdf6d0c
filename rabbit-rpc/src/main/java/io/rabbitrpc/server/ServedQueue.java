package io.rabbitrpc.server;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A queue whose requests this application answers, and those that are in work.
 */
final class ServedQueue {

	private final String name;

	private final List<RpcListenerContainer> containers = new CopyOnWriteArrayList<>();

	private final AtomicInteger active = new AtomicInteger();

	private final QueueMeters meters;

	private final RepeatedRequests repeated;

	// 0: none yet
	private volatile long lastBegunNanos;

	ServedQueue(String name, QueueMeters.Factory meters) {
		this.name = name;
		this.meters = meters.apply(this);
		this.repeated = new RepeatedRequests(name);
	}

	String name() {
		return this.name;
	}

	QueueMeters meters() {
		return this.meters;
	}

	RepeatedRequests repeated() {
		return this.repeated;
	}

	/**
	 * The containers that consume the queue.
	 * @return one or several
	 */
	List<RpcListenerContainer> containers() {
		return this.containers;
	}

	/**
	 * Counts a request that is begun.
	 * @return the moment
	 */
	long begin() {
		this.active.incrementAndGet();
		long now = System.nanoTime();
		this.lastBegunNanos = now;
		return now;
	}

	void end() {
		this.active.decrementAndGet();
	}

	/**
	 * How many requests are being worked on.
	 * @return that number
	 */
	int active() {
		return this.active.get();
	}

	/**
	 * When the last request was begun.
	 * @return that moment, or {@code null} if there has been none
	 */
	@Nullable Instant lastBegun() {
		long begunNanos = this.lastBegunNanos;
		return (begunNanos != 0) ? Instant.now().minusNanos(System.nanoTime() - begunNanos) : null;
	}

	/**
	 * How many requests each consumer takes at a time now.
	 * @return the prefetch count, the largest if there are several containers
	 */
	int prefetch() {
		return this.containers.stream().mapToInt(RpcListenerContainer::prefetch).max().orElse(0);
	}

}
