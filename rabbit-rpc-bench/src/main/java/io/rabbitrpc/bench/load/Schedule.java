package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * Says when the calls of an open loop are due: at equal intervals, however long earlier
 * calls take.
 */
final class Schedule implements Pace {

	private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final long begin;

	private final int rate;

	private final AtomicLong taken = new AtomicLong();

	/**
	 * Creates a schedule.
	 * @param begin when the first call starts, by {@link System#nanoTime()}
	 * @param rate how many start in a second
	 */
	Schedule(long begin, int rate) {
		this.begin = begin;
		this.rate = rate;
	}

	/**
	 * When a call starts.
	 * @param call its number, from 0
	 * @return the moment, by {@link System#nanoTime()}
	 */
	long start(long call) {
		long second = TimeUnit.SECONDS.toNanos(1);
		// Whole seconds first, so that nothing overflows and no rounding error adds up
		return this.begin + call / this.rate * second + call % this.rate * second / this.rate;
	}

	/**
	 * Waits until each call that is due has been taken.
	 * @param end calls are due up to this moment, by {@link System#nanoTime()}
	 * @param patience how long to wait at most
	 * @throws InterruptedException if the thread is interrupted
	 */
	void awaitTaken(long end, Duration patience) throws InterruptedException {
		long until = System.nanoTime() + patience.toNanos();
		while (start(this.taken.get()) - end < 0 && System.nanoTime() - until < 0) {
			TimeUnit.MILLISECONDS.sleep(1);
		}
	}

	/**
	 * The calls that are due and that nobody has taken.
	 * @param end calls are due up to this moment, by {@link System#nanoTime()}
	 * @return when they were due
	 */
	LongStream untaken(long end) {
		return LongStream.iterate(this.taken.get(), (call) -> call + 1)
			.map(this::start)
			.takeWhile((start) -> start - end < 0);
	}

	@Override
	public long awaitNext(BooleanSupplier stopped) {
		long start = start(this.taken.getAndIncrement());
		for (long left = start - System.nanoTime(); left > 0
				&& !stopped.getAsBoolean(); left = start - System.nanoTime()) {
			LockSupport.parkNanos(Math.min(left, LONGEST_PARK_NANOS));
		}
		return start;
	}

}
