package io.rabbitrpc.client;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Threads for the code of users where it would hold up the replies or the deadlines of
 * others. They are daemons, and end after a second without work.
 */
final class CallThreads {

	// So many callbacks may block at a time before they hold up other callbacks
	private static final int CALLBACKS = 16;

	private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

	private final Executor callbacks = threads("rpc-callback-", CALLBACKS);

	private final Executor readers = threads("rpc-reader-", PROCESSORS);

	/**
	 * Tells callers of failures, and publishes what could not be published at once.
	 * @return an executor that never refuses
	 */
	Executor callbacks() {
		return this.callbacks;
	}

	/**
	 * Reads large replies: as many at a time as there are processors.
	 * @return an executor that never refuses
	 */
	Executor readers() {
		return this.readers;
	}

	private static Executor threads(String name, int most) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(name);
		factory.setDaemon(true);
		ThreadPoolExecutor threads = new ThreadPoolExecutor(most, most, 1, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), factory);
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

}
