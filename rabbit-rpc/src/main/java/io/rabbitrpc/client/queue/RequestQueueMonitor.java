package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import com.rabbitmq.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;
import io.rabbitrpc.client.channel.RpcConnector;

/**
 * Asks the broker for the state of queues, passively and only while calls wait for them.
 * If nobody consumes the queue of a call, the call ends at once, unless the settings say
 * that it shall wait. The state of one queue never affects calls to another.
 */
public final class RequestQueueMonitor implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RequestQueueMonitor.class);

	static final Duration INTERVAL = Duration.ofMillis(250);

	// Most calls end before this. Then the broker is not asked
	private static final Duration SHORT_WAIT = Duration.ofMillis(100);

	private final RpcConnector connector;

	private final boolean failFast;

	private final ScheduledExecutorService scheduler;

	private final QueueStates states;

	private final LongSupplier nanoTime;

	// Used only by the thread of the task
	private @Nullable Connection watched;

	private volatile @Nullable ScheduledFuture<?> task;

	/**
	 * Creates a monitor.
	 * @param connector has the channel on which calls wait, and the connection on which
	 * the broker is asked
	 * @param failFast whether calls end when nobody consumes their queue. Otherwise they
	 * wait for their deadline
	 * @param scheduler runs the questions. One question may block a thread until the
	 * broker has opened a channel
	 */
	public RequestQueueMonitor(RpcConnector connector, boolean failFast, ScheduledExecutorService scheduler) {
		this(connector, failFast, scheduler,
				new QueueStates(new QueueInspector(() -> connection(connector), scheduler)::ask, scheduler,
						System::nanoTime),
				System::nanoTime);
	}

	RequestQueueMonitor(RpcConnector connector, boolean failFast, ScheduledExecutorService scheduler,
			QueueStates states, LongSupplier nanoTime) {
		this.connector = connector;
		this.failFast = failFast;
		this.scheduler = scheduler;
		this.states = states;
		this.nanoTime = nanoTime;
	}

	private static @Nullable Connection connection(RpcConnector connector) {
		RpcChannel open = connector.openChannel();
		return (open != null) ? open.connection() : null;
	}

	/**
	 * Asks the broker, or joins the question that is about to be asked.
	 * @param queue the queue's name
	 * @return a future of the state, or of {@code null} if the broker does not tell it.
	 * If the broker is silent, it may never complete. To wait for it, use a copy with a
	 * time limit
	 */
	public CompletableFuture<@Nullable QueueState> state(String queue) {
		long now = this.nanoTime.getAsLong();
		return this.states.state(queue, now, now);
	}

	/**
	 * What is known of a queue, asking the broker only if that is too old.
	 * @param queue the queue's name
	 * @param notBefore the broker must have been asked at this time or later, by
	 * {@link System#nanoTime}
	 * @param preferBefore if there are answers to questions from before this time, too,
	 * the last of those is preferred
	 * @param patience how long to wait for its answer. If it is negative, there is no
	 * wait
	 * @return the state, or {@code null} if the broker does not tell it in time
	 */
	CompletableFuture<@Nullable QueueState> state(String queue, long notBefore, long preferBefore, Duration patience) {
		return Patience.within(patience, this.states.state(queue, notBefore, preferBefore), this.scheduler);
	}

	/**
	 * Whether this user may not ask.
	 * @param queue the queue's name
	 * @return whether this user may not ask, so that {@link #state} has no answer
	 */
	public boolean isDenied(String queue) {
		return this.states.isDenied(queue);
	}

	/**
	 * Whether calls end when nobody consumes their queue.
	 * @return {@code false} if they wait for their deadline
	 */
	boolean isFailFast() {
		return this.failFast;
	}

	/** Checks the calls that wait, once. */
	void watch() {
		try {
			RpcChannel open = this.connector.openChannel();
			if (open == null) {
				return;
			}
			if (open.connection() != this.watched) {
				this.watched = open.connection();
				this.states.forgetDenials();
			}
			endBlocked();
			waitingCalls().forEach(this::watch);
		}
		catch (RuntimeException | Error ex) {
			// An exception from here would end the task for ever
			logger.error("Checking the calls that wait failed", ex);
		}
	}

	private void watch(String queue, List<RpcCall> waiting) {
		state(queue).whenComplete((state, failure) -> {
			if (this.failFast && state != null && state.isAbandoned()) {
				waiting.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, state.describe(), null));
			}
		});
	}

	// These were let through just before the broker blocked the connection
	private void endBlocked() {
		String blocked = this.connector.blocked();
		if (blocked != null) {
			this.connector.pending()
				.filter((call) -> !call.isAccepted())
				.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, RpcConnector.BLOCKED + blocked, null));
		}
	}

	// The calls by queue. The broker has taken their requests, so its answer counts them.
	// After the deadline it would not: a request that waits in the queue expires then
	private Map<String, List<RpcCall>> waitingCalls() {
		long now = this.nanoTime.getAsLong();
		return this.connector.pending()
			.filter((call) -> call.isAccepted() && call.elapsed(now).compareTo(SHORT_WAIT) > 0 && !call.isDue(now)
					&& call.address().queue() != null)
			.collect(Collectors.groupingBy((call) -> Objects.requireNonNull(call.address().queue())));
	}

	@Override
	public void start() {
		this.task = this.scheduler.scheduleWithFixedDelay(this::watch, INTERVAL.toMillis(), INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	@Override
	public void stop() {
		ScheduledFuture<?> current = this.task;
		if (current != null) {
			current.cancel(false);
			this.task = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.task != null;
	}

	@Override
	public int getPhase() {
		return this.connector.getPhase() + 1;
	}

}
