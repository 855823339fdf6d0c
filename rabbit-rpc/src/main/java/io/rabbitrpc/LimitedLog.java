package io.rabbitrpc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Logs warnings that a peer could cause in any number. It logs at most one in ten seconds
 * and counts the others.
 */
public final class LimitedLog {

	private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

	private final Log logger;

	private final LongSupplier nanoTime;

	private final AtomicLong nextNanos;

	private final AtomicLong unsaid = new AtomicLong();

	/**
	 * Creates one that may warn at once.
	 * @param logger where warnings go
	 */
	public LimitedLog(Log logger) {
		this(logger, System::nanoTime);
	}

	/**
	 * Creates one that may warn at once.
	 * @param logger where warnings go
	 * @param nanoTime the time in nanoseconds, as {@link System#nanoTime()} gives it
	 */
	public LimitedLog(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.nanoTime = nanoTime;
		this.nextNanos = new AtomicLong(nanoTime.getAsLong());
	}

	/**
	 * Logs a warning, or counts it for the next one.
	 * @param message one line
	 * @param ex the cause, whose stack trace is logged, or {@code null}
	 */
	public void warn(String message, @Nullable Throwable ex) {
		long next = this.nextNanos.get();
		long now = this.nanoTime.getAsLong();
		if (now - next < 0 || !this.nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
			this.unsaid.incrementAndGet();
			return;
		}
		long before = this.unsaid.getAndSet(0);
		this.logger.warn((before > 0) ? "%s (and %d more like it)".formatted(message, before) : message, ex);
	}

}
