package io.rabbitrpc.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Keeps the deadlines of calls that nobody waits for. It looks at all of them together,
 * and only while there are any: a timer for each call, nearly always cancelled, would
 * cost more than the look.
 */
final class CallDeadlines {

	/** How late a deadline may be noticed. */
	static final Duration INTERVAL = Duration.ofMillis(50);

	private final Set<RpcCall> calls = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean watching = new AtomicBoolean();

	private final ScheduledExecutorService scheduler;

	private final Consumer<RpcCall> expire;

	/**
	 * Creates it.
	 * @param scheduler runs the looks
	 * @param expire ends a call whose deadline has passed
	 */
	CallDeadlines(ScheduledExecutorService scheduler, Consumer<RpcCall> expire) {
		this.scheduler = scheduler;
		this.expire = expire;
	}

	void add(RpcCall call) {
		this.calls.add(call);
		watch();
	}

	void remove(RpcCall call) {
		this.calls.remove(call);
	}

	private void watch() {
		if (!this.watching.get() && this.watching.compareAndSet(false, true)) {
			lookLater();
		}
	}

	private void lookLater() {
		try {
			this.scheduler.schedule(this::look, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The client is being closed, which ends its calls
			this.watching.set(false);
		}
	}

	private void look() {
		long now = System.nanoTime();
		List<RpcCall> due = this.calls.stream().filter((call) -> call.isDue(now)).toList();
		due.forEach((call) -> {
			// Once: it may take a moment to say why
			this.calls.remove(call);
			this.expire.accept(call);
		});
		if (!this.calls.isEmpty()) {
			lookLater();
			return;
		}
		this.watching.set(false);
		// One may have come since
		if (!this.calls.isEmpty()) {
			watch();
		}
	}

}
