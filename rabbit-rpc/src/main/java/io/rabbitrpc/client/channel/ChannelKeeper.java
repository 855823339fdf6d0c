package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * Keeps one {@link RpcChannel} open. It connects on its own threads, so no caller waits
 * for the broker beyond its deadline. There is one attempt at a time. After a failed
 * attempt, calls end at once with its reason, until the next attempt.
 */
final class ChannelKeeper {

	private static final Log logger = LogFactory.getLog(ChannelKeeper.class);

	private static final Duration FIRST_RETRY = Duration.ofMillis(200);

	private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);

	private final ChannelOpener opener;

	private final ScheduledExecutorService scheduler;

	private final ConnectionReport report;

	private final RetiringChannels retiring;

	private final Runnable connectionLost;

	private final Lock lock = new ReentrantLock();

	private BackOffExecution backOff = newBackOff();

	private volatile @Nullable RpcChannel channel;

	// Set while an attempt is under way
	private @Nullable CompletableFuture<RpcChannel> attempt;

	private long attemptNanos = System.nanoTime() - FIRST_RETRY.toNanos();

	// Set between a failed attempt and the next one
	private @Nullable RpcException failure;

	private volatile boolean running;

	private boolean stopped;

	/**
	 * Creates a keeper, which opens nothing before it is started or asked for a channel.
	 * @param opener opens channels
	 * @param scheduler runs the attempts
	 * @param report told what has happened
	 * @param retiring takes the channel that was open when another one is
	 * @param connectionLost told that the connection of the open channel is lost
	 */
	ChannelKeeper(ChannelOpener opener, ScheduledExecutorService scheduler, ConnectionReport report,
			RetiringChannels retiring, Runnable connectionLost) {
		this.opener = opener;
		this.scheduler = scheduler;
		this.report = report;
		this.retiring = retiring;
		this.connectionLost = connectionLost;
	}

	/**
	 * The channel to call on.
	 * @return as {@link RpcConnector#channel}
	 */
	CompletableFuture<RpcChannel> channel() {
		this.lock.lock();
		try {
			RpcChannel open = openChannel();
			if (open != null) {
				return CompletableFuture.completedFuture(open);
			}
			return (this.failure != null) ? CompletableFuture.failedFuture(this.failure) : attempt(Duration.ZERO);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Nullable RpcChannel openChannel() {
		RpcChannel open = this.channel;
		return (open != null && open.isOpen()) ? open : null;
	}

	/**
	 * Opens a new channel in place of the open one. Calls on the old one go on waiting.
	 */
	void replace() {
		this.lock.lock();
		try {
			attempt(Duration.ZERO);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Joins the current attempt, or begins one
	private CompletableFuture<RpcChannel> attempt(Duration delay) {
		CompletableFuture<RpcChannel> current = this.attempt;
		if (current != null) {
			return current;
		}
		CompletableFuture<RpcChannel> begun = new CompletableFuture<>();
		try {
			if (this.stopped) {
				throw new RejectedExecutionException();
			}
			this.scheduler.schedule(this::open, delay.toNanos(), TimeUnit.NANOSECONDS);
			this.attempt = begun;
		}
		catch (RejectedExecutionException ex) {
			begun.completeExceptionally(stoppedFailure());
		}
		return begun;
	}

	private static RpcException stoppedFailure() {
		return new RpcException(RpcStatus.UNAVAILABLE, "the client is closed", false, null);
	}

	// Even if this throws, the next attempt must be made
	private void open() {
		RpcChannel opened = null;
		RpcException outcome = null;
		try {
			opened = this.opener.open(this::closed);
		}
		catch (RpcException ex) {
			outcome = ex;
		}
		catch (Error ex) {
			logger.error("An attempt to connect has failed", ex);
		}
		finally {
			endAttempt(opened, (outcome != null) ? outcome : new RpcException(RpcStatus.UNAVAILABLE,
					"the attempt to connect to the broker failed", false, null));
		}
	}

	private void endAttempt(@Nullable RpcChannel opened, RpcException outcome) {
		CompletableFuture<RpcChannel> ended;
		boolean usable = false;
		this.lock.lock();
		try {
			ended = this.attempt;
			this.attempt = null;
			this.attemptNanos = System.nanoTime();
			if (opened != null && opened.isOpen() && !this.stopped) {
				usable = true;
				begin(opened);
			}
			else if (!this.stopped && openChannel() == null) {
				this.report.lost(String.valueOf(outcome.getMessage()), this.running);
				retryLater(outcome);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (opened != null && !usable) {
			opened.close();
		}
		if (ended != null) {
			if (opened != null && usable) {
				ended.complete(opened);
			}
			else {
				ended.completeExceptionally(outcome);
			}
		}
	}

	private void begin(RpcChannel opened) {
		RpcChannel replaced = openChannel();
		if (replaced != null) {
			opened.follow(replaced);
			this.retiring.add(replaced);
		}
		this.channel = opened;
		this.backOff = newBackOff();
		this.report.opened(opened, replaced != null);
	}

	private void closed(RpcChannel closed, ShutdownSignalException cause) {
		this.lock.lock();
		try {
			if (this.running && closed == this.channel) {
				this.report.closed(cause);
				if (cause.isHardError()) {
					this.connectionLost.run();
				}
				// At once, unless each new channel closes again
				long sinceLast = System.nanoTime() - this.attemptNanos;
				attempt(Duration.ofNanos(Math.max(0, FIRST_RETRY.toNanos() - sinceLast)));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void retryLater(RpcException outcome) {
		if (this.running) {
			try {
				this.scheduler.schedule(this::retry, this.backOff.nextBackOff(), TimeUnit.MILLISECONDS);
				this.failure = outcome;
			}
			catch (RejectedExecutionException ex) {
				// The client is closing
			}
		}
	}

	private void retry() {
		this.lock.lock();
		try {
			this.failure = null;
			if (this.running) {
				attempt(Duration.ZERO);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private static BackOffExecution newBackOff() {
		ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY.toMillis(), 2);
		backOff.setMaxInterval(LONGEST_RETRY.toMillis());
		return backOff.start();
	}

	void start() {
		this.lock.lock();
		try {
			this.stopped = false;
			this.running = true;
			if (openChannel() == null) {
				attempt(Duration.ZERO);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends all calls. Calls that are made from now on end at once. */
	void stop() {
		RpcChannel open;
		CompletableFuture<RpcChannel> current;
		this.lock.lock();
		try {
			this.running = false;
			this.stopped = true;
			this.report.lost("the client is closed", false);
			open = this.channel;
			current = this.attempt;
			this.channel = null;
			this.attempt = null;
			this.failure = null;
		}
		finally {
			this.lock.unlock();
		}
		if (current != null) {
			current.completeExceptionally(stoppedFailure());
		}
		if (open != null) {
			open.endCalls();
			open.close();
		}
	}

	boolean isRunning() {
		return this.running;
	}

}
