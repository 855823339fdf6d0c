package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;

import com.rabbitmq.client.AMQP;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.broker.BrokerFailure;

/**
 * Knows the state of the queues to which calls go. It asks the broker about a queue at
 * most once in {@link #SPACING}, however many calls want to know. All of them share the
 * next answer. No thread waits here.
 */
final class QueueStates {

	private static final Log logger = LogFactory.getLog(QueueStates.class);

	/** The least time between two questions about a queue. */
	static final Duration SPACING = Duration.ofMillis(50);

	/** How long to wait after an answer was denied before asking again. */
	static final Duration DENIAL = Duration.ofSeconds(30);

	/** How long the next question waits for the answer to the one before. */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	/** How many queues are remembered: those that were used last. */
	static final int MAX_QUEUES = 1000;

	private final Function<String, CompletableFuture<QueueState>> inspector;

	private final ScheduledExecutorService scheduler;

	private final LongSupplier nanoTime;

	private final Lock lock = new ReentrantLock();

	// Guarded by the lock, with everything in it
	private final Map<String, WatchedQueue> queues = new LinkedHashMap<>(16, 0.75f, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, WatchedQueue> eldest) {
			return size() > MAX_QUEUES;
		}

	};

	private final Queue<WatchedQueue> due = new ArrayDeque<>();

	private boolean asking;

	/**
	 * Creates it.
	 * @param inspector asks the broker, one question at a time
	 * @param scheduler runs the questions, and the code that follows their answers
	 * @param nanoTime what {@link System#nanoTime} says
	 */
	QueueStates(Function<String, CompletableFuture<QueueState>> inspector, ScheduledExecutorService scheduler,
			LongSupplier nanoTime) {
		this.inspector = inspector;
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
	}

	/**
	 * The state of a queue.
	 * @param queue its name
	 * @param notBefore the broker must have been asked at this time or later, by
	 * {@link System#nanoTime}
	 * @param preferBefore if there are answers to questions from before this time, too,
	 * the last of those is preferred
	 * @return a future of the state, or of {@code null} if the broker does not tell it.
	 * To wait for it, use a copy with a time limit
	 */
	CompletableFuture<@Nullable QueueState> state(String queue, long notBefore, long preferBefore) {
		this.lock.lock();
		try {
			long now = this.nanoTime.getAsLong();
			WatchedQueue watched = this.queues.computeIfAbsent(queue, (name) -> new WatchedQueue(name, now));
			QueueState known = watched.state(notBefore, preferBefore);
			if (known != null) {
				return CompletableFuture.completedFuture(known);
			}
			if (watched.isDenied(now) || watched.isUnanswered(now)) {
				return CompletableFuture.completedFuture(null);
			}
			CompletableFuture<@Nullable QueueState> waiters = watched.waiters();
			if (waiters == null) {
				this.scheduler.schedule(() -> ask(watched), watched.nanosUntilNext(now), TimeUnit.NANOSECONDS);
				waiters = watched.plan();
			}
			return waiters;
		}
		catch (RejectedExecutionException ex) {
			// The client is closing
			return CompletableFuture.completedFuture(null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether this user may not ask for the state of a queue.
	 * @param queue its name
	 * @return whether this user may not ask, as far as is known
	 */
	boolean isDenied(String queue) {
		this.lock.lock();
		try {
			WatchedQueue watched = this.queues.get(queue);
			return watched != null && watched.isDenied();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Allows questions again whose answers were denied, because permissions may have
	 * changed.
	 */
	void forgetDenials() {
		this.lock.lock();
		try {
			long now = this.nanoTime.getAsLong();
			this.queues.values().forEach((watched) -> watched.forgetDenial(now));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void ask(WatchedQueue watched) {
		CompletableFuture<@Nullable QueueState> waiters;
		long asked = this.nanoTime.getAsLong();
		boolean possible;
		WatchedQueue next = null;
		this.lock.lock();
		try {
			if (this.asking) {
				this.due.add(watched);
				return;
			}
			waiters = watched.takeWaiters();
			possible = watched.ask(asked);
			if (possible) {
				this.asking = true;
			}
			else {
				next = this.due.poll();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (!possible) {
			complete(waiters, null);
			if (next != null) {
				ask(next);
			}
			return;
		}
		CompletableFuture<QueueState> answer = inspect(watched.name());
		answer.whenCompleteAsync((state, failure) -> {
			answered(watched, asked, state, failure);
			complete(waiters, state);
		}, this.scheduler);
		Patience.within(PATIENCE, answer, this.scheduler)
			.whenCompleteAsync((state, failure) -> askNext(), this.scheduler);
	}

	private CompletableFuture<QueueState> inspect(String queue) {
		try {
			return this.inspector.apply(queue);
		}
		catch (RuntimeException | Error ex) {
			// The next question must come even if this one failed
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void answered(WatchedQueue watched, long asked, @Nullable QueueState state, @Nullable Throwable failure) {
		AMQP.Channel.Close close = (failure != null) ? BrokerFailure.channelClose(failure) : null;
		boolean deniedNow = close != null && close.getReplyCode() == AMQP.ACCESS_REFUSED;
		boolean toSay = false;
		this.lock.lock();
		try {
			toSay = watched.answered(asked, state, deniedNow);
		}
		finally {
			this.lock.unlock();
		}
		if (close != null && toSay) {
			logger.warn("This client may not ask whether a server consumes %s: %s".formatted(watched.name(),
					close.getReplyText()));
		}
	}

	private void complete(@Nullable CompletableFuture<@Nullable QueueState> waiters, @Nullable QueueState state) {
		if (waiters != null) {
			waiters.complete(state);
		}
	}

	private void askNext() {
		WatchedQueue next;
		this.lock.lock();
		try {
			this.asking = false;
			next = this.due.poll();
		}
		finally {
			this.lock.unlock();
		}
		if (next != null) {
			ask(next);
		}
	}

}
