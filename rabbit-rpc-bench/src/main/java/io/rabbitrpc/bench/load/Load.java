package io.rabbitrpc.bench.load;

import java.io.IOException;
import java.time.Duration;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Requests;

/**
 * Makes calls until it is told to stop.
 */
public interface Load {

	/**
	 * How long a caller waits after a failure, so that failures do not cost a whole
	 * processor.
	 */
	Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(10);

	/** How many threads make the blocking calls of an open loop. */
	int OPEN_LOOP_CALLERS = 256;

	/**
	 * Starts to make calls.
	 * @throws IOException if the broker refuses what the calls need
	 */
	void start() throws IOException;

	/**
	 * Starts no more calls, and waits until those in flight have ended.
	 * @param patience how long at most
	 * @return how many calls have not ended
	 * @throws InterruptedException if the thread is interrupted
	 */
	int stop(Duration patience) throws InterruptedException;

	/**
	 * Keeps a number of calls in flight: a closed loop.
	 * @param api how callers wait
	 * @param target makes the calls
	 * @param inFlight how many calls
	 * @param requests what is asked for
	 * @param measurement takes the ends of the calls
	 * @return the load
	 */
	static Load closed(Api api, CallTarget target, int inFlight, Requests requests, Measurement measurement) {
		return (api == Api.ASYNC) ? new AsyncClosedLoop(target, inFlight, requests, measurement)
				: new BlockingLoop(target, inFlight, Pace.AT_ONCE, requests, measurement);
	}

	/**
	 * Starts calls on a schedule, however long they take: an open loop.
	 * @param api how callers wait
	 * @param target makes the calls
	 * @param rate how many calls start in a second
	 * @param requests what is asked for
	 * @param measurement takes the ends of the calls, and those that never start
	 * @return the load
	 */
	static Load open(Api api, CallTarget target, int rate, Requests requests, Measurement measurement) {
		Schedule schedule = new Schedule(System.nanoTime(), rate);
		Load calls = (api == Api.ASYNC) ? new AsyncOpenLoop(target, schedule, requests, measurement)
				: new BlockingLoop(target, OPEN_LOOP_CALLERS, schedule, requests, measurement);
		return new OpenLoop(schedule, calls, measurement, OpenLoop.CATCH_UP);
	}

}
