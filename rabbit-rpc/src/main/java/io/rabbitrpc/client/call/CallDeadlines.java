package io.rabbitrpc.client.call;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RpcCall;

/**
 * Ends asynchronous calls at their deadlines. One task looks at all calls, and only while
 * there are any. A timer for each call would cost more, because nearly all timers would
 * be cancelled.
 */
final class CallDeadlines {

	private static final Log logger = LogFactory.getLog(CallDeadlines.class);

	/** How late a call may end after its deadline. */
	static final Duration INTERVAL = Duration.ofMillis(50);

	private final Set<RpcCall> calls = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean watching = new AtomicBoolean();

	private final LimitedLog failures = new LimitedLog(logger);

	private final ScheduledExecutorService scheduler;

	private final Consumer<RpcCall> expire;

	/**
	 * Creates it.
	 * @param scheduler runs the task
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
		boolean scheduled = false;
		try {
			this.scheduler.schedule(this::lookAndGoOn, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
			scheduled = true;
		}
		catch (RejectedExecutionException ex) {
			// The client closes, and that ends its calls
		}
		finally {
			if (!scheduled) {
				this.watching.set(false);
			}
		}
	}

	private void lookAndGoOn() {
		try {
			look(System.nanoTime());
		}
		catch (RuntimeException | Error ex) {
			// An exception must not end the task, which other calls need
			this.failures.warn(
					"Checking the deadlines of calls failed. Trying again in %d ms".formatted(INTERVAL.toMillis()), ex);
		}
		finally {
			this.watching.set(false);
			if (!this.calls.isEmpty()) {
				watch();
			}
		}
	}

	/**
	 * Ends the calls whose deadlines have passed.
	 * @param nowNanos what {@link System#nanoTime} says
	 */
	void look(long nowNanos) {
		List<RpcCall> due = this.calls.stream().filter((call) -> call.isDue(nowNanos)).toList();
		for (RpcCall call : due) {
			// Only once, because the diagnosis may take a moment
			if (this.calls.remove(call)) {
				end(call);
			}
		}
	}

	private void end(RpcCall call) {
		boolean ended = false;
		try {
			this.expire.accept(call);
			ended = true;
		}
		finally {
			if (!ended) {
				call.fail(RpcStatus.DEADLINE_EXCEEDED, "no reply within %d ms".formatted(call.timeout().toMillis()),
						null);
			}
		}
	}

}
