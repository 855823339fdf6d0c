package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.function.Function;

/**
 * Follows a schedule. It also counts calls that were due and never started, because the
 * calls before them took too long.
 */
final class OpenLoop implements Load {

	private static final Duration CATCH_UP = Duration.ofMillis(100);

	private final Schedule schedule;

	private final Load calls;

	private final Measurement measurement;

	private final Duration catchUp;

	/**
	 * Creates a load.
	 * @param schedule when calls are due
	 * @param calls makes them, as the schedule says
	 * @param measurement counts the calls that never start
	 * @param catchUp how long callers may still take calls when the time is over
	 */
	OpenLoop(Schedule schedule, Load calls, Measurement measurement, Duration catchUp) {
		this.schedule = schedule;
		this.calls = calls;
		this.measurement = measurement;
		this.catchUp = catchUp;
	}

	/**
	 * Creates a load whose first call is due now.
	 * @param rate how many calls start in a second
	 * @param measurement counts the calls that never start
	 * @param calls what makes the calls of a schedule
	 * @return the load
	 */
	static OpenLoop of(int rate, Measurement measurement, Function<Schedule, Load> calls) {
		Schedule schedule = new Schedule(System.nanoTime(), rate);
		return new OpenLoop(schedule, calls.apply(schedule), measurement, CATCH_UP);
	}

	@Override
	public void start() {
		this.calls.start();
	}

	@Override
	public int stop(Duration patience) throws InterruptedException {
		// A caller may be a little late for the last call
		this.schedule.awaitTaken(this.measurement.end(), this.catchUp);
		int running = this.calls.stop(patience);
		this.schedule.untaken(this.measurement.end()).forEach(this.measurement::notStarted);
		return running;
	}

}
