package io.rabbitrpc.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end the measurement early. The program then still shows the results so far.
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
	 * Waits, but not beyond Ctrl-C.
	 * @param time how long
	 * @return whether Ctrl-C was pressed
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean await(Duration time) throws InterruptedException {
		return this.asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Lets the program stop, because everything is written.
	 */
	void reported() {
		this.reported.countDown();
	}

}
