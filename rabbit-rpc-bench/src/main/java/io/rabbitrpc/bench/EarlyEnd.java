package io.rabbitrpc.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end the measuring early, and not the program before it has shown what was
 * measured.
 */
final class EarlyEnd {

	private static final long LONGEST_REPORT_SECONDS = 30;

	private final CountDownLatch asked = new CountDownLatch(1);

	private final CountDownLatch reported = new CountDownLatch(1);

	/**
	 * Listens to Ctrl-C.
	 * @return this
	 */
	EarlyEnd listen() {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			this.asked.countDown();
			try {
				this.reported.await(LONGEST_REPORT_SECONDS, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, "bench-early-end"));
		return this;
	}

	boolean isAsked() {
		return this.asked.getCount() == 0;
	}

	/**
	 * Waits, but not beyond the early end.
	 * @param time how long
	 * @return whether the end is asked for
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean await(Duration time) throws InterruptedException {
		return this.asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Lets the program end: everything is written.
	 */
	void reported() {
		this.reported.countDown();
	}

}
