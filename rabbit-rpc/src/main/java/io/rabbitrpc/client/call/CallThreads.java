package io.rabbitrpc.client.call;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of the calls: a few that connect, ask the broker and keep time, and others
 * for the code of users where it would hold up the replies or the deadlines of others.
 * They are daemons; those for users end after a second without work.
 */
public final class CallThreads implements AutoCloseable {

	// One connects, one asks the broker, two close channels, one keeps time: each of the
	// others may wait for a silent broker at the same time
	private static final int SCHEDULED = 5;

	// So many callbacks may block at a time before they hold up other callbacks
	private static final int CALLBACKS = 16;

	// So many post-processors may block at a time before they hold up other requests
	private static final int REQUESTS = 16;

	private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(SCHEDULED,
			daemons("rpc-client-"));

	private final Executor callbacks;

	private final Executor requests;

	private final Executor readers;

	public CallThreads() {
		this(threads("rpc-callback-", CALLBACKS), threads("rpc-request-", REQUESTS),
				threads("rpc-reader-", PROCESSORS));
	}

	CallThreads(Executor callbacks, Executor requests, Executor readers) {
		this.callbacks = callbacks;
		this.requests = requests;
		this.readers = readers;
		// Nearly every deadline is cancelled long before its time
		this.scheduler.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Connects, asks the broker and keeps the deadlines.
	 * @return an executor that refuses work once this is closed
	 */
	public ScheduledExecutorService scheduler() {
		return this.scheduler;
	}

	/**
	 * Tells a caller of a failure: on a thread for callbacks, or on this one if the
	 * system gives no thread. A caller who is told on a thread that has other work is
	 * better off than one who is never told.
	 * @param callback runs the caller's code
	 */
	void tell(Runnable callback) {
		try {
			this.callbacks.execute(callback);
		}
		catch (RuntimeException | Error ex) {
			ReplyThread.give(callback);
		}
	}

	/**
	 * Publishes what could not be published at once. Callbacks that block hold up none of
	 * it.
	 * @return an executor that refuses only if the system refuses a thread
	 */
	Executor requests() {
		return this.requests;
	}

	/**
	 * Reads large replies: as many at a time as there are processors.
	 * @return an executor that refuses only if the system refuses a thread
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
	}

}
