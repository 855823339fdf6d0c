package io.rabbitrpc.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
	 */
	void start();

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
	 * @return the load, with its channels open
	 * @throws IOException if the broker refuses what the calls need
	 */
	static Opened closed(Api api, CallTarget target, int inFlight, Requests requests) throws IOException {
		if (api == Api.ASYNC) {
			CallTarget.AsyncCalls calls = target.async();
			return (measurement) -> new AsyncClosedLoop(calls, inFlight, requests, measurement);
		}
		List<CallTarget.BlockingCalls> callers = callers(target, inFlight);
		return (measurement) -> new BlockingLoop(callers, Pace.AT_ONCE, requests, measurement);
	}

	/**
	 * Starts calls on a schedule, however long they take: an open loop.
	 * @param api how callers wait
	 * @param target makes the calls
	 * @param rate how many calls start in a second
	 * @param requests what is asked for
	 * @return the load, with its channels open
	 * @throws IOException if the broker refuses what the calls need
	 */
	static Opened open(Api api, CallTarget target, int rate, Requests requests) throws IOException {
		if (api == Api.ASYNC) {
			CallTarget.AsyncCalls calls = target.async();
			return (measurement) -> OpenLoop.of(rate, measurement,
					(schedule) -> new AsyncOpenLoop(calls, schedule, requests, measurement));
		}
		List<CallTarget.BlockingCalls> callers = callers(target, OPEN_LOOP_CALLERS);
		return (measurement) -> OpenLoop.of(rate, measurement,
				(schedule) -> new BlockingLoop(callers, schedule, requests, measurement));
	}

	private static List<CallTarget.BlockingCalls> callers(CallTarget target, int number) throws IOException {
		List<CallTarget.BlockingCalls> callers = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			callers.add(target.blocking());
		}
		return callers;
	}

	/**
	 * A load that has opened what its calls need. Some callers need a channel each, and
	 * the time to open 256 of them is not the time of a call.
	 */
	@FunctionalInterface
	interface Opened {

		/**
		 * Completes the load. An open loop counts its times from now on.
		 * @param measurement takes the ends of the calls, and those that never start
		 * @return the load
		 */
		Load with(Measurement measurement);

	}

}
