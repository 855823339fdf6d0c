package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Closes a channel that another one has replaced when no call waits on it any more: its
 * calls may still get their replies.
 */
final class RetiringChannel {

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private final AtomicReference<@Nullable RpcChannel> last = new AtomicReference<>();

	private final ScheduledExecutorService scheduler;

	RetiringChannel(ScheduledExecutorService scheduler) {
		this.scheduler = scheduler;
	}

	/**
	 * Takes a channel that has been replaced.
	 * @param replaced the channel
	 */
	void add(RpcChannel replaced) {
		this.last.set(replaced);
		closeLater(replaced);
	}

	/**
	 * Whether calls wait on the channel that was replaced last.
	 * @return whether that channel is still open
	 */
	boolean isThere() {
		return this.last.get() != null;
	}

	private void closeLater(RpcChannel replaced) {
		try {
			this.scheduler.schedule(() -> close(replaced), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The client is being closed, and its connection with it
		}
	}

	private void close(RpcChannel replaced) {
		if (!replaced.pending().isEmpty()) {
			closeLater(replaced);
			return;
		}
		replaced.close();
		this.last.compareAndSet(replaced, null);
	}

}
