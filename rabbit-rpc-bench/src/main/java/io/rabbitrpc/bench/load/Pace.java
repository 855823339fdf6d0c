package io.rabbitrpc.bench.load;

import java.util.function.BooleanSupplier;

/**
 * When the next call of a loop is meant to start.
 */
@FunctionalInterface
interface Pace {

	/** At once: a closed loop, in which the end of the call before is what paces. */
	Pace AT_ONCE = (stopped) -> System.nanoTime();

	/**
	 * Waits until the next call starts; not at all if that moment is past.
	 * @param stopped whether to wait no longer
	 * @return the moment when it was meant to start, by {@link System#nanoTime()}
	 */
	long awaitNext(BooleanSupplier stopped);

}
