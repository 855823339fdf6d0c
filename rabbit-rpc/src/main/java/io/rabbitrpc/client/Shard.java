package io.rabbitrpc.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.RpcRequest;
import io.rabbitrpc.client.queue.QueueState;

/**
 * One of the queues that share the requests for a queue. The broker is asked about it
 * only after a call has failed there, and then until somebody consumes it.
 */
final class Shard {

	private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

	private final String queue;

	private final Function<String, CompletableFuture<@Nullable QueueState>> inspector;

	private final AtomicLong lookedNanos = new AtomicLong(System.nanoTime() - LOOK_AGAIN.toNanos());

	private volatile boolean unserved;

	/**
	 * Creates a shard.
	 * @param queue its name
	 * @param inspector asks the broker for its state
	 */
	Shard(String queue, Function<String, CompletableFuture<@Nullable QueueState>> inspector) {
		this.queue = queue;
		this.inspector = inspector;
	}

	/**
	 * Directs a request here.
	 * @param request a request to the queue that has this shard
	 * @return the same request to this shard
	 */
	RpcRequest receive(RpcRequest request) {
		return request.to(request.address().shard(this.queue));
	}

	/**
	 * Whether nobody consumes this shard, as far as is known.
	 * @return whether the broker's last answer was so. It is asked again now if that was
	 * a second ago
	 */
	boolean isUnserved() {
		if (this.unserved) {
			look();
		}
		return this.unserved;
	}

	/**
	 * Says how a call has ended here.
	 * @param failure why it has no value, or {@code null} if it has one
	 */
	void failed(@Nullable Throwable failure) {
		if (failure instanceof RpcException outcome && !outcome.isAnswered()
				&& (outcome.status() == RpcStatus.UNAVAILABLE || outcome.status() == RpcStatus.DEADLINE_EXCEEDED)) {
			look();
		}
	}

	// No answer is no reason to avoid it
	private void look() {
		long now = System.nanoTime();
		long before = this.lookedNanos.get();
		if (now - before >= LOOK_AGAIN.toNanos() && this.lookedNanos.compareAndSet(before, now)) {
			this.inspector.apply(this.queue)
				.whenComplete((state, failure) -> this.unserved = state != null && state.isUnserved());
		}
	}

}
