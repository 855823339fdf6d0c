package io.rabbitrpc.server.container;

import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import com.rabbitmq.client.TrafficListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.rabbitrpc.LimitedLog;

/**
 * Looks for requests that have been in work for too long. It logs each one once, with the
 * stack of its thread. If there is a timeout, it answers the caller and interrupts the
 * listener. It replaces consumers whose requests RabbitMQ has taken back or lost.
 */
public final class HandlerWatch implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(HandlerWatch.class);

	// How late a timeout may take effect
	private static final Duration INTERVAL = Duration.ofMillis(50);

	// Without a timeout the watch only logs, and need not be exact
	private static final Duration LONG_INTERVAL = Duration.ofMillis(500);

	// A caller's deadline may be a few milliseconds. Then a longer time in work is normal
	private static final Duration LEAST_TOLD = Duration.ofSeconds(1);

	private final LimitedLog warnings = new LimitedLog(logger);

	private final ServedQueues queues;

	private final @Nullable Duration timeout;

	private final TakenBackRequests takenBack = new TakenBackRequests();

	private final LostDeliveries lost = new LostDeliveries();

	private volatile IntConsumer stuck = (threads) -> {
	};

	private @Nullable ScheduledExecutorService scheduler;

	/**
	 * Creates a watch, which does not look before it is started.
	 * @param queues the queues whose requests are in work
	 * @param timeout how long a listener may work on a request, {@code null} for ever
	 */
	public HandlerWatch(ServedQueues queues, @Nullable Duration timeout) {
		this.queues = queues;
		this.timeout = timeout;
	}

	/**
	 * Makes this watch hear of what comes from the broker.
	 * @param given the listener that hears of it already
	 * @return a listener that tells both
	 */
	public TrafficListener before(TrafficListener given) {
		return this.takenBack.before(given);
	}

	/**
	 * Sets who is told how many threads work on requests of closed channels. These
	 * threads serve no consumer.
	 * @param threads told at each look
	 */
	public void onStuck(IntConsumer threads) {
		this.stuck = threads;
	}

	/**
	 * Starts the watch, if it has not started yet. An application without listeners needs
	 * no watch.
	 */
	public synchronized void start() {
		if (this.scheduler == null) {
			CustomizableThreadFactory threads = new CustomizableThreadFactory("rpc-handler-watch-");
			threads.setDaemon(true);
			// One looks, one closes channels, and one asks the broker
			this.scheduler = Executors.newScheduledThreadPool(3, threads);
			long millis = ((this.timeout != null) ? INTERVAL : LONG_INTERVAL).toMillis();
			ScheduledExecutorService started = this.scheduler;
			started.scheduleWithFixedDelay(() -> lookSurely(started), millis, millis, TimeUnit.MILLISECONDS);
		}
	}

	// A scheduled task that throws does not run again
	private void lookSurely(Executor closer) {
		try {
			look(System.nanoTime(), closer);
		}
		catch (RuntimeException | Error ex) {
			this.warnings.warn("Checking the requests in work failed", ex);
		}
	}

	/**
	 * Looks once.
	 * @param nowNanos what {@link System#nanoTime} says
	 * @param closer closes channels and asks the broker, which may block
	 */
	void look(long nowNanos, Executor closer) {
		int threads = 0;
		for (ServedQueue queue : this.queues.all()) {
			for (RequestInWork request : queue.inWork()) {
				look(queue, request, request.age(nowNanos));
				threads += this.takenBack.look(queue, request, nowNanos, closer) ? 1 : 0;
			}
			this.lost.look(queue, nowNanos, closer);
			queue.forgetLost(nowNanos - TakenBackRequests.MEMORY_NANOS);
		}
		this.takenBack.forget(nowNanos);
		this.stuck.accept(threads);
	}

	private void look(ServedQueue queue, RequestInWork request, Duration age) {
		if (!request.isListening()) {
			// The broker may be the one that takes no reply
			return;
		}
		Duration limit = this.timeout;
		if (limit == null) {
			if (age.compareTo(LEAST_TOLD) > 0 && request.isAbandoned()) {
				tell(queue, request, age, "its caller no longer waits");
			}
		}
		else if (age.compareTo(limit) > 0) {
			tell(queue, request, age,
					"longer than rabbit.rpc.server.handler-timeout (%d ms)".formatted(limit.toMillis()));
			request.timeOut();
		}
	}

	/**
	 * Whether a listener of a queue ignores its timeout.
	 * @param queue the queue
	 * @return a sentence, or {@code null} if none works for too long, or if there is no
	 * timeout
	 */
	public @Nullable String problem(ServedQueue queue) {
		return problem(queue, System.nanoTime());
	}

	@Nullable String problem(ServedQueue queue, long nowNanos) {
		Duration limit = this.timeout;
		if (limit == null) {
			return null;
		}
		return queue.inWork()
			.stream()
			.filter(RequestInWork::isListening)
			.map((request) -> request.age(nowNanos))
			.max(Comparator.naturalOrder())
			// A listener that reacts to the interrupt needs a moment for that
			.filter((age) -> age.compareTo(limit.plus(INTERVAL.multipliedBy(2))) > 0)
			.map((age) -> "a listener has worked on a request for %d ms, longer than the handler timeout of %d ms"
				.formatted(age.toMillis(), limit.toMillis()))
			.orElse(null);
	}

	private void tell(ServedQueue queue, RequestInWork request, Duration age, String reason) {
		if (request.noteTold()) {
			// As it is before the interrupt
			InWork stack = new InWork(request);
			this.warnings.warn("A request of %s (correlation id %s) has been in work for %d ms, %s"
				.formatted(queue.name(), request.loggedId(), age.toMillis(), reason), stack);
		}
	}

	@Override
	public synchronized void close() {
		if (this.scheduler != null) {
			this.scheduler.shutdownNow();
		}
	}

	/**
	 * Shows the stack of a thread in the log. It is never thrown.
	 */
	private static final class InWork extends Exception {

		private static final long serialVersionUID = 1L;

		InWork(RequestInWork request) {
			super("Stack of the thread %s".formatted(request.threadName()), null, false, true);
			setStackTrace(request.stack());
		}

	}

}
