package io.rabbitrpc.bench.load;

import java.util.function.BooleanSupplier;

/**
 * Says when the next call of a loop is due.
 */
@FunctionalInterface
interface Pace {

	/**
	 * At once. This is for a closed loop, in which the end of the previous call sets the
	 * pace.
	 */
	Pace AT_ONCE = (stopped) -> System.nanoTime();

	/**
	 * Waits until the next call is due. If that moment has passed, it does not wait.
	 * @param stopped whether to stop waiting
	 * @return the moment when the call was due, by {@link System#nanoTime()}
	 */
	long awaitNext(BooleanSupplier stopped);

}
