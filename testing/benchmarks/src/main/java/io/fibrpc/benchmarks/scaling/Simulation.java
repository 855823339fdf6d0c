package io.fibrpc.benchmarks.scaling;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets calls pass through stations, one event after the other. It knows nothing of
 * RabbitMQ. Times are microseconds.
 */
final class Simulation {

	private static final double WARM_UP = 0.2;

	private static final double MICROS_PER_SECOND = 1e6;

	private final SplittableRandom random = new SplittableRandom(1);

	private final PriorityQueue<Event> events = new PriorityQueue<>();

	private double now;

	/**
	 * Calls come at random, whatever became of those before.
	 * @param callsPerSecond how many come on average
	 * @param count how many come altogether
	 * @param routes says where each call goes
	 * @return what they saw
	 */
	Result open(double callsPerSecond, int count, Supplier<List<Visit>> routes) {
		double[] starts = new double[count];
		double[] times = new double[count];
		double next = 0;
		for (int i = 0; i < count; i++) {
			next += exponential(MICROS_PER_SECOND / callsPerSecond);
			starts[i] = next;
		}
		int from = (int) (count * WARM_UP);
		double warm = 0;
		int begun = 0;
		int ended = 0;
		while (ended < count) {
			Event first = this.events.peek();
			if (begun < count && (first == null || starts[begun] < first.time())) {
				this.now = starts[begun];
				proceed(new Call(begun++, routes.get().iterator()));
			}
			else {
				Call done = leave();
				if (done != null) {
					times[done.number] = this.now - starts[done.number];
					ended++;
					warm = (ended <= from) ? this.now : warm;
				}
			}
		}
		return result(count - from, this.now - warm, Arrays.copyOfRange(times, from, count));
	}

	/**
	 * A number of calls is in flight at any time: when one ends, the next one starts.
	 * @param inFlight how many
	 * @param count how many end altogether
	 * @param routes says where each call goes
	 * @return what they saw
	 */
	Result closed(int inFlight, int count, Supplier<List<Visit>> routes) {
		double[] starts = new double[inFlight];
		double[] times = new double[count];
		for (int i = 0; i < inFlight; i++) {
			proceed(new Call(i, routes.get().iterator()));
		}
		int from = (int) (count * WARM_UP);
		double warm = 0;
		for (int ended = 0; ended < count;) {
			Call done = leave();
			if (done != null) {
				times[ended++] = this.now - starts[done.number];
				warm = (ended <= from) ? this.now : warm;
				starts[done.number] = this.now;
				proceed(new Call(done.number, routes.get().iterator()));
			}
		}
		return result(count - from, this.now - warm, Arrays.copyOfRange(times, from, count));
	}

	private static Result result(int count, double micros, double[] times) {
		Arrays.sort(times);
		return new Result(count * MICROS_PER_SECOND / micros, times[times.length / 2],
				times[(int) (times.length * 0.99)]);
	}

	/**
	 * A random time whose distribution has no memory.
	 * @param mean its mean
	 * @return the time
	 */
	double exponential(double mean) {
		return -mean * Math.log(1 - this.random.nextDouble());
	}

	/**
	 * A random whole number.
	 * @param bound it is less than this
	 * @return 0 or more
	 */
	int number(int bound) {
		return this.random.nextInt(bound);
	}

	private @Nullable Call leave() {
		Event event = this.events.remove();
		this.now = event.time();
		Visit visit = event.visit();
		Station station = visit.station();
		if (station != null) {
			Waiting next = station.waiting.poll();
			if (next == null) {
				station.free++;
			}
			else {
				begin(next.call(), next.visit());
			}
		}
		return proceed(event.call()) ? null : event.call();
	}

	// Returns false if the call has been everywhere
	private boolean proceed(Call call) {
		if (!call.route.hasNext()) {
			return false;
		}
		Visit visit = call.route.next();
		Station station = visit.station();
		if (station == null) {
			begin(call, visit);
		}
		else if (station.free > 0) {
			station.free--;
			begin(call, visit);
		}
		else {
			station.waiting.add(new Waiting(call, visit));
		}
		return true;
	}

	private void begin(Call call, Visit visit) {
		if (visit.station() != null) {
			visit.station().busyMicros += visit.micros();
		}
		this.events.add(new Event(this.now + visit.micros(), call, visit));
	}

	/**
	 * How much of its time a station was busy.
	 * @param station the station
	 * @return from 0 to 1
	 */
	double utilisation(Station station) {
		return station.busyMicros / (this.now * station.size);
	}

	/**
	 * Works on a number of calls at a time. The others wait in their order.
	 */
	static final class Station {

		private final int size;

		private final Queue<Waiting> waiting = new ArrayDeque<>();

		private int free;

		private double busyMicros;

		Station(int size) {
			this.size = size;
			this.free = size;
		}

	}

	/**
	 * A part of a call's way.
	 *
	 * @param station where it is, or {@code null} if it only takes time
	 * @param micros how long it is worked on there
	 */
	record Visit(@Nullable Station station, double micros) {

	}

	/**
	 * What calls saw, after a fifth of them.
	 *
	 * @param callsPerSecond how many ended
	 * @param p50 the median of their times
	 * @param p99 99 of 100 took no longer
	 */
	record Result(double callsPerSecond, double p50, double p99) {

	}

	private record Waiting(Call call, Visit visit) {

	}

	private record Event(double time, Call call, Visit visit) implements Comparable<Event> {

		@Override
		public int compareTo(Event other) {
			return Double.compare(this.time, other.time);
		}

	}

	private static final class Call {

		private final int number;

		private final Iterator<Visit> route;

		Call(int number, Iterator<Visit> route) {
			this.number = number;
			this.route = route;
		}

	}

}
