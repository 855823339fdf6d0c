package io.fibrpc.server;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Counts the requests that are being worked on, and says at the end what became of them.
 */
@Component
final class RequestsInWork implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RequestsInWork.class);

	private final AtomicInteger count = new AtomicInteger();

	private final LongAdder ended = new LongAdder();

	private final LongAdder workNanos = new LongAdder();

	// 0: none yet
	private volatile long lastBegunNanos;

	private volatile boolean running;

	/**
	 * Counts a request that is begun.
	 * @return the moment, to be given to {@link #end}
	 */
	long begin() {
		this.count.incrementAndGet();
		long now = System.nanoTime();
		this.lastBegunNanos = now;
		return now;
	}

	void end(long begunNanos) {
		this.workNanos.add(System.nanoTime() - begunNanos);
		this.ended.increment();
		this.count.decrementAndGet();
	}

	/**
	 * How many requests are being worked on.
	 * @return that number
	 */
	int current() {
		return this.count.get();
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
	 * What has been done since this was asked last.
	 * @return how many requests, and how long they took
	 */
	Load takeLoad() {
		return new Load(this.ended.sumThenReset(), this.workNanos.sumThenReset());
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		int abandoned = this.count.get();
		if (abandoned == 0) {
			logger.info("Stopped taking requests; none is in work");
		}
		else {
			logger.warn("Stopped taking requests; %d in work abandoned, which RabbitMQ gives to another server"
				.formatted(abandoned));
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	// Right after the listener's container, which stops first
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 1;
	}

	/**
	 * What was done in some time.
	 *
	 * @param requests how many requests ended
	 * @param workNanos how long they took together
	 */
	record Load(long requests, long workNanos) {

		Duration meanWork() {
			return (this.requests == 0) ? Duration.ZERO : Duration.ofNanos(this.workNanos / this.requests);
		}

	}

}
