package io.rabbitrpc.server.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;

/**
 * Decides how many requests a direct container takes at a time. It takes many while many
 * quick requests come, because otherwise each would wait for the acknowledgement of the
 * one before. It takes few if another server could answer them sooner, or if bodies are
 * large. It also takes few after a lost connection: if a message kills the server, all
 * requests that were delivered with it are delivered again.
 */
final class AdaptivePrefetch implements ConnectionListener {

	private static final Log logger = LogFactory.getLog(AdaptivePrefetch.class);

	static final Duration INTERVAL = Duration.ofMillis(500);

	private static final int BUSY_REQUESTS = 50;

	// Five seconds
	private static final int QUIET_INTERVALS = 10;

	private static final Duration QUICK = Duration.ofMillis(250);

	private static final Duration SLOW = Duration.ofSeconds(1);

	private final RpcListenerContainer container;

	private final LongAdder ended = new LongAdder();

	private final LongAdder workNanos = new LongAdder();

	private final LongAdder bodyBytes = new LongAdder();

	private final AtomicInteger losses = new AtomicInteger();

	private int lossesSeen;

	private int quietIntervals;

	private volatile int few = 1;

	private volatile int many = 1;

	private volatile int current = 1;

	private int wanted = 1;

	private volatile LongSupplier mostBytes = () -> Long.MAX_VALUE;

	AdaptivePrefetch(RpcListenerContainer container) {
		this.container = container;
	}

	/**
	 * Sets the bounds before the container starts. The lower bound is the container's own
	 * prefetch count.
	 * @param largest how many requests to take at a time while quick ones come
	 * @param bytes gives how many bytes their bodies may have together
	 */
	void init(int largest, LongSupplier bytes) {
		this.mostBytes = bytes;
		this.few = this.container.initialPrefetch();
		this.many = Math.max(this.few, largest);
		this.current = this.few;
		this.wanted = this.few;
	}

	/**
	 * Counts a request that has ended.
	 * @param nanos how long it took
	 * @param bytes the size of its body
	 */
	void ended(long nanos, long bytes) {
		this.bodyBytes.add(bytes);
		this.workNanos.add(nanos);
		this.ended.increment();
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		// After a loss, consumers start with the count that was set then
	}

	@Override
	public void onShutDown(ShutdownSignalException signal) {
		this.losses.incrementAndGet();
		this.current = this.few;
		this.container.setPrefetchCount(this.few);
	}

	/**
	 * Decides anew, by the work since the last time. It must be called at each interval.
	 */
	void check() {
		long requests = this.ended.sumThenReset();
		long nanos = this.workNanos.sumThenReset();
		long bytes = this.bodyBytes.sumThenReset();
		int lost = this.losses.get();
		// The counts of consumers that started after a loss are not known
		boolean unsure = lost != this.lossesSeen;
		this.wanted = unsure ? this.few : prefetchFor(requests, nanos, bytes);
		if (!this.container.isActive() || this.container.consumers().count() == 0) {
			return;
		}
		if (unsure || this.wanted != this.current) {
			if (succeeds(() -> replaceConsumers(this.wanted))) {
				this.lossesSeen = lost;
			}
		}
		else {
			// More consumers may remain if the connection was lost during the change
			succeeds(this.container::removeSurplus);
		}
	}

	private int prefetchFor(long requests, long nanos, long bytes) {
		Duration work = Duration.ofNanos((requests > 0) ? nanos / requests : 0).multipliedBy(this.many);
		boolean fit = requests == 0 || bytes / requests * this.many <= this.mostBytes.getAsLong();
		boolean busy = requests >= BUSY_REQUESTS;
		this.quietIntervals = busy ? 0 : this.quietIntervals + 1;
		if (!fit || work.compareTo(SLOW) > 0 || this.quietIntervals >= QUIET_INTERVALS) {
			return this.few;
		}
		return (busy && work.compareTo(QUICK) <= 0) ? this.many : this.wanted;
	}

	private void replaceConsumers(int prefetch) {
		this.container.replaceConsumers(prefetch);
		this.current = prefetch;
		logger.debug("Taking up to %d requests at a time".formatted(prefetch));
	}

	private boolean succeeds(Runnable change) {
		try {
			change.run();
			return true;
		}
		catch (AmqpException | IllegalStateException ex) {
			// The connection is lost, or the container stops. The next time tries again
			logger.debug("Cannot change how many requests are taken at a time", ex);
			return false;
		}
	}

	/**
	 * How many requests each consumer takes at a time now.
	 * @return the prefetch count
	 */
	int current() {
		return this.current;
	}

}
