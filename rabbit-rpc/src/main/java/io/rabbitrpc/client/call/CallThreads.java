package io.rabbitrpc.client.call;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of the calls. A few connect, ask the broker and keep time. Others run user
 * code that would hold up replies or deadlines of other calls. All are daemon threads.
 * Threads for user code end after a second without work.
 */
public final class CallThreads implements AutoCloseable {

	// One connects, one asks the broker, four close channels, and one keeps time. All but
	// the last may wait for a silent broker at the same time
	private static final int SCHEDULED = 7;

	// If more callbacks than this block at a time, other callbacks wait
	private static final int CALLBACKS = 16;

	// If more post-processors than this block at a time, other requests wait
	private static final int REQUESTS = 16;

	private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(SCHEDULED,
			daemons("rpc-client-"));

	private final Executor callbacks;

	private final Executor requests;

	private final Executor readers;

	// For each request that waits for its time: what runs instead if it cannot be made
	private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

	public CallThreads() {
		this(threads("rpc-callback-", CALLBACKS), threads("rpc-request-", REQUESTS),
				threads("rpc-reader-", PROCESSORS));
	}

	CallThreads(Executor callbacks, Executor requests, Executor readers) {
		this.callbacks = callbacks;
		this.requests = requests;
		this.readers = readers;
		// Nearly every task is cancelled long before its time
		this.scheduler.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Connects, asks the broker and keeps the deadlines.
	 * @return an executor that rejects work once this is closed
	 */
	public ScheduledExecutorService scheduler() {
		return this.scheduler;
	}

	/**
	 * Tells a caller of a failure on a thread for callbacks. If there is no thread, it
	 * uses the current one, because the caller must be told on some thread.
	 * @param callback runs the caller's code
	 */
	public void tell(Runnable callback) {
		try {
			this.callbacks.execute(callback);
		}
		catch (RuntimeException | Error ex) {
			ReplyThread.give(callback);
		}
	}

	/**
	 * Runs requests that could not be published at once. Callbacks that block do not hold
	 * them up.
	 * @return an executor that rejects work only if the system gives no thread
	 */
	public Executor requests() {
		return this.requests;
	}

	/**
	 * Makes a request after a while, on a thread for user code. It does not use the JVM's
	 * common pool, because other code may block that.
	 * @param millis the time in milliseconds
	 * @param request makes the request
	 * @param instead runs instead, once, if this object is closed before or if there is
	 * no thread. Each request needs its own object
	 */
	public void requestLater(long millis, Runnable request, Runnable instead) {
		this.waiting.add(instead);
		try {
			this.scheduler.schedule(() -> request(request, instead), millis, TimeUnit.MILLISECONDS);
		}
		catch (RuntimeException | Error ex) {
			runOnce(instead, instead);
		}
	}

	private void request(Runnable request, Runnable instead) {
		try {
			this.requests.execute(() -> runOnce(instead, request));
		}
		catch (RuntimeException | Error ex) {
			runOnce(instead, instead);
		}
	}

	private void runOnce(Runnable instead, Runnable task) {
		if (this.waiting.remove(instead)) {
			task.run();
		}
	}

	/**
	 * Reads large replies, as many at a time as there are processors.
	 * @return an executor that rejects work only if the system gives no thread
	 */
	Executor readers() {
		return this.readers;
	}

	private static Executor threads(String name, int most) {
		ThreadPoolExecutor threads = new ThreadPoolExecutor(most, most, 1, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), daemons(name));
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

	private static ThreadFactory daemons(String name) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(name);
		factory.setDaemon(true);
		return factory;
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
		this.waiting.forEach((instead) -> runOnce(instead, instead));
	}

}
