package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Closes channels that have been replaced. Each is closed when no call waits on it any
 * more, because its calls may still get their replies.
 */
final class RetiringChannels {

	// A call may wait for a day
	private static final int MOST = 3;

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private final Set<RpcChannel> channels = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService scheduler;

	RetiringChannels(ScheduledExecutorService scheduler) {
		this.scheduler = scheduler;
	}

	/**
	 * Takes a channel that has been replaced.
	 * @param replaced the channel
	 */
	void add(RpcChannel replaced) {
		this.channels.add(replaced);
		closeLater(replaced);
	}

	/**
	 * Whether calls wait on so many replaced channels that no further one may be
	 * replaced.
	 * @return whether there is no room for another one
	 */
	boolean isFull() {
		return this.channels.size() >= MOST;
	}

	/**
	 * The calls that wait on them.
	 * @return those at this moment
	 */
	Stream<RpcCall> pending() {
		return this.channels.stream().flatMap((channel) -> channel.pending().stream());
	}

	/** Ends their calls. */
	void stop() {
		this.channels.forEach(RpcChannel::endCalls);
	}

	private void closeLater(RpcChannel replaced) {
		try {
			this.scheduler.schedule(() -> close(replaced), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The client is closing, and its connection with it
		}
	}

	private void close(RpcChannel replaced) {
		if (!replaced.pending().isEmpty()) {
			closeLater(replaced);
			return;
		}
		replaced.closeAlone().whenComplete((nothing, failure) -> this.channels.remove(replaced));
	}

}
