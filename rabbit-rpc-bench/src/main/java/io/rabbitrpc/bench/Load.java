package io.rabbitrpc.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * Makes calls until it is told to stop.
 */
interface Load {

	/**
	 * How long a caller waits after a failure, so that failures do not cost a whole
	 * processor.
	 */
	Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(10);

	/**
	 * Begins to call.
	 * @throws IOException if the broker refuses what the calls need
	 */
	void start() throws IOException;

	/**
	 * Begins no more calls, and waits for the ends of those under way.
	 * @param patience how long at most
	 * @return how many calls have not ended
	 * @throws InterruptedException if the thread is interrupted
	 */
	int stop(Duration patience) throws InterruptedException;

}
