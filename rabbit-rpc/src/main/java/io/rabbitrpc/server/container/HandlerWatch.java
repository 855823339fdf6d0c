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
 * Looks for requests that are in work for too long. Each is logged once, with the stack
 * of its thread. If there is a timeout, its caller is answered and its listener is
 * interrupted. Consumers whose requests RabbitMQ has taken back are replaced.
 */
public final class HandlerWatch implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(HandlerWatch.class);

	// How late a timeout may be noticed
	private static final Duration INTERVAL = Duration.ofMillis(50);

	// Without a timeout there is only a line to be logged
	private static final Duration LONG_INTERVAL = Duration.ofMillis(500);

	// Callers may have deadlines of a few milliseconds, which says nothing of the
	// listener
	private static final Duration LEAST_TOLD = Duration.ofSeconds(1);

	private final LimitedLog warnings = new LimitedLog(logger);

	private final ServedQueues queues;

	private final @Nullable Duration timeout;

	private final TakenBackRequests takenBack = new TakenBackRequests();

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
	 * Has to hear of what comes from the broker.
	 * @param given what hears of it already
	 * @return what tells both
	 */
	public TrafficListener before(TrafficListener given) {
		return this.takenBack.before(given);
	}

	/**
	 * Says who has to know how many threads work on requests whose channels are closed,
	 * so that they serve no consumer.
	 * @param threads told at each look
	 */
	public void onStuck(IntConsumer threads) {
		this.stuck = threads;
	}

	/**
	 * Begins to look, unless it has begun. An application without listeners needs none.
	 */
	public synchronized void start() {
		if (this.scheduler == null) {
			CustomizableThreadFactory threads = new CustomizableThreadFactory("rpc-handler-watch-");
			threads.setDaemon(true);
			this.scheduler = Executors.newScheduledThreadPool(2, threads);
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
			this.warnings.warn("Looking after requests in work failed", ex);
		}
	}

	/**
	 * Looks once.
	 * @param nowNanos what {@link System#nanoTime} says
	 * @param closer closes channels, which may take a while
	 */
	void look(long nowNanos, Executor closer) {
		int threads = 0;
		for (ServedQueue queue : this.queues.all()) {
			for (RequestInWork request : queue.inWork()) {
				look(queue, request, request.age(nowNanos));
				threads += this.takenBack.look(queue, request, nowNanos, closer) ? 1 : 0;
			}
			queue.forgetLost(nowNanos - TakenBackRequests.MEMORY_NANOS);
		}
		this.takenBack.forget(nowNanos);
		this.stuck.accept(threads);
	}

	private void look(ServedQueue queue, RequestInWork request, Duration age) {
		if (!request.isListening()) {
			// It may be the broker that takes no reply
			return;
		}
		Duration limit = this.timeout;
		if (limit == null) {
			if (age.compareTo(LEAST_TOLD) > 0 && request.isAbandoned()) {
				tell(queue, request, age, "its caller waits no more");
			}
		}
		else if (age.compareTo(limit) > 0) {
			tell(queue, request, age,
					"longer than rabbit.rpc.server.handler-timeout (%d ms)".formatted(limit.toMillis()));
			request.timeOut();
		}
	}

	/**
	 * Whether a listener of a queue does not heed its timeout.
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
			// One that heeds the interrupt needs a moment to be noticed, and one to end
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
	 * Is logged, never thrown: the stack of a thread at work.
	 */
	private static final class InWork extends Exception {

		private static final long serialVersionUID = 1L;

		InWork(RequestInWork request) {
			super("What the thread %s does".formatted(request.threadName()), null, false, true);
			setStackTrace(request.stack());
		}

	}

}
