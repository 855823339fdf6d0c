package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The times in which a thread that was due did not run, because the garbage collector had
 * stopped the JVM, or the host had stopped the machine. No program can keep its time
 * then. A thread that sleeps for short times notices them.
 */
final class Pauses {

	private static final Duration SLEEP = Duration.ofMillis(5);

	// A thread on a busy machine may wait for as long. That is part of what a call may
	// take
	private static final Duration LEAST = Duration.ofMillis(20);

	private static final int REMEMBERED = 10_000;

	private static final Pauses OF_THIS_JVM = new Pauses();

	static {
		Thread thread = new Thread(OF_THIS_JVM::watch, "pauses");
		thread.setDaemon(true);
		thread.start();
	}

	private final Deque<Pause> pauses = new ArrayDeque<>();

	/**
	 * Begins to watch, if that has not begun yet.
	 * @return the pauses of this JVM
	 */
	static Pauses ofThisJvm() {
		return OF_THIS_JVM;
	}

	private void watch() {
		try {
			while (true) {
				long due = System.nanoTime() + SLEEP.toNanos();
				TimeUnit.NANOSECONDS.sleep(SLEEP.toNanos());
				add(due, System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Adds a time in which a thread did not run.
	 * @param beginNanos its begin, by {@link System#nanoTime}
	 * @param endNanos its end
	 */
	synchronized void add(long beginNanos, long endNanos) {
		if (endNanos - beginNanos >= LEAST.toNanos()) {
			this.pauses.addLast(new Pause(beginNanos, endNanos));
			if (this.pauses.size() > REMEMBERED) {
				this.pauses.removeFirst();
			}
		}
	}

	/**
	 * How long nothing ran in a time.
	 * @param beginNanos its begin, by {@link System#nanoTime}
	 * @param endNanos its end
	 * @return the sum of what is in it of all pauses
	 */
	synchronized Duration between(long beginNanos, long endNanos) {
		return Duration.ofNanos(this.pauses.stream()
			.mapToLong((pause) -> Math.min(pause.endNanos, endNanos) - Math.max(pause.beginNanos, beginNanos))
			.filter((nanos) -> nanos > 0)
			.sum());
	}

	private record Pause(long beginNanos, long endNanos) {

	}

}
