package io.fibrpc.client.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * When the calls of an open loop are meant to start: evenly, and however long the calls
 * before take.
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
		// Whole seconds first: no overflow, and no rounding that adds up
		return this.begin + call / this.rate * second + call % this.rate * second / this.rate;
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
