package io.rabbitrpc.server.reply;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * A connection by which replies can leave. It opens a channel when one is needed, on its
 * own thread, because behind a dead network that takes seconds to fail.
 */
final class ReplyRoute {

	private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

	// Longer than a healthy broker needs to open a connection and a channel
	private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

	private final Opener opener;

	private final BiConsumer<Runnable, String> threads;

	private volatile @Nullable ReplyChannel channel;

	private volatile @Nullable Exception failure;

	private boolean opening;

	private long attemptNanos;

	ReplyRoute(Opener opener) {
		this(opener, ReplyRoute::start);
	}

	/**
	 * Creates a route that is not open.
	 * @param opener opens its channel
	 * @param threads run a task, each in a thread of its own with that name
	 */
	ReplyRoute(Opener opener, BiConsumer<Runnable, String> threads) {
		this.opener = opener;
		this.threads = threads;
	}

	/**
	 * The channel, which may have closed.
	 * @return the channel, {@code null} if there has been none
	 */
	@Nullable ReplyChannel channel() {
		return this.channel;
	}

	boolean isOpen() {
		ReplyChannel current = this.channel;
		return current != null && current.isOpen();
	}

	boolean isSilent() {
		ReplyChannel current = this.channel;
		return current != null && current.isOpen() && current.isSilent();
	}

	boolean isEmpty() {
		ReplyChannel current = this.channel;
		return current == null || current.isEmpty();
	}

	int size() {
		ReplyChannel current = this.channel;
		return (current != null) ? current.size() : 0;
	}

	/** Closes the channel, if one is open, without waiting for the broker. */
	synchronized void close() {
		ReplyChannel current = this.channel;
		this.channel = null;
		if (current != null && current.isOpen()) {
			this.threads.accept(current::close, "rpc-replies-close");
		}
	}

	private static void start(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Why there is no channel.
	 * @return what the last attempt to open one failed with, {@code null} if it did not
	 */
	@Nullable Exception failure() {
		return this.failure;
	}

	/**
	 * Whether this route does not work at the moment.
	 * @param nowNanos the time now
	 * @return whether there is no channel although one has been needed for a while
	 */
	synchronized boolean isFailing(long nowNanos) {
		return !isOpen() && (this.failure != null || (this.opening && nowNanos - this.attemptNanos > LATE_NANOS));
	}

	/**
	 * Begins to open a channel, unless one is open or is being opened, or it is too soon
	 * to try again.
	 * @param inVain whether the last channel did not help
	 * @param opened runs at the end, on the thread that opened the channel
	 */
	synchronized void open(boolean inVain, Runnable opened) {
		long now = System.nanoTime();
		boolean pause = inVain || this.failure != null;
		if (this.opening || isOpen() || (pause && now - this.attemptNanos < RETRY_NANOS)) {
			return;
		}
		this.attemptNanos = now;
		// There may be no thread left. A thread that runs waits for this lock at its end
		this.threads.accept(() -> attempt(opened), "rpc-replies-open");
		this.opening = true;
	}

	private void attempt(Runnable opened) {
		Exception problem = null;
		try {
			this.channel = this.opener.open();
		}
		catch (IOException | RuntimeException ex) {
			problem = ex;
		}
		finally {
			attempted(problem);
			opened.run();
		}
	}

	private synchronized void attempted(@Nullable Exception problem) {
		this.opening = false;
		this.failure = problem;
	}

	/**
	 * Opens a channel.
	 */
	@FunctionalInterface
	interface Opener {

		ReplyChannel open() throws IOException;

	}

}
