package io.fibrpc.benchmarks.scaling;

import java.util.List;
import java.util.Locale;

import io.fibrpc.benchmarks.scaling.Fleet.Limit;
import io.fibrpc.benchmarks.scaling.Fleet.Outcome;
import io.fibrpc.benchmarks.scaling.Simulation.Result;
import io.fibrpc.benchmarks.scaling.Simulation.Station;
import io.fibrpc.benchmarks.scaling.Simulation.Visit;

/**
 * Prints what the simulation says, from the processor time of one call.
 */
public final class ScalingProgram {

	private static final int CALLS = 300_000;

	private static final double WORK_MICROS = 1_400;

	private static final int CONSUMERS = 2;

	// So much of what it can do at most is asked of each part
	private static final double BUSY = 0.7;

	private ScalingProgram() {
	}

	/**
	 * Prints the tables.
	 * @param args the costs, as {@code broker=60}
	 */
	public static void run(String[] args) {
		Costs costs = Costs.of(args);
		print("One machine with two processors: in flight, calls/s, p50 in us");
		for (int inFlight : new int[] { 1, 32, 256, 10_000 }) {
			Result result = oneMachine(inFlight, costs);
			print("%,9d %,12.0f %,9.0f", inFlight, result.callsPerSecond(), result.p50());
		}
		print("Servers that wait 10 ms for each call, 100 in flight: servers, calls/s");
		for (int servers : new int[] { 1, 2, 4, 8 }) {
			print("%,9d %,12.0f", servers, waiting(servers, costs).callsPerSecond());
		}
		print("Work of 1.4 ms, 2 requests at a time in each server; all parts 70 %% busy:");
		print("  calls/s servers queues processors    p50 us    p99 us broker queue server");
		for (int rate : new int[] { 1_000, 10_000, 50_000, 100_000, 200_000, 500_000, 1_000_000 }) {
			print(fleet(rate, costs), rate, costs);
		}
		print("How busy servers may be: servers, p99 in multiples of the work at 50, 70, 80, 90, 95 %%");
		for (int servers : new int[] { 1, 10, 100 }) {
			print("%,9d %6.1f %6.1f %6.1f %6.1f %6.1f", servers, waits(servers, 0.5), waits(servers, 0.7),
					waits(servers, 0.8), waits(servers, 0.9), waits(servers, 0.95));
		}
		print("The same with one queue, and processors as above: what ends first");
		for (int rate : new int[] { 10_000, 50_000, 100_000, 1_000_000 }) {
			Fleet fleet = fleet(rate, costs);
			Fleet narrow = new Fleet(fleet.servers(), fleet.consumers(), WORK_MICROS, 1, fleet.processors());
			Limit limit = narrow.limit(costs);
			print("%,9d %s at %,.0f", rate, limit.part(), limit.callsPerSecond());
		}
	}

	// All programs and the broker share the processors, as in the measurement
	static Result oneMachine(int inFlight, Costs costs) {
		Simulation simulation = new Simulation();
		Station processors = new Station(2);
		Station queue = new Station(1);
		return simulation.closed(inFlight, CALLS,
				() -> List.of(new Visit(null, costs.lone()), new Visit(processors, costs.programs() / 2),
						new Visit(processors, costs.broker()), new Visit(queue, costs.queue()),
						new Visit(processors, costs.programs() / 2)));
	}

	// A server gets its next request when the broker knows that it has answered the last
	// one
	static Result waiting(int servers, Costs costs) {
		Simulation simulation = new Simulation();
		Station processors = new Station(2);
		Station consuming = new Station(servers);
		return simulation.closed(100, CALLS / 10, () -> List
			.of(new Visit(processors, costs.programs() + costs.broker()), new Visit(consuming, 10_000 + costs.lone())));
	}

	private static double waits(int servers, double busy) {
		Fleet fleet = new Fleet(servers, 1, WORK_MICROS, 1, servers);
		Costs free = new Costs(0, 0, 0, 0);
		return fleet.simulate(busy * servers * 1e6 / WORK_MICROS, CALLS, free).calls().p99() / WORK_MICROS;
	}

	private static Fleet fleet(int rate, Costs costs) {
		int queues = (int) Math.ceil(rate * costs.queue() / 1e6 / BUSY);
		int servers = Math.max(queues, (int) Math.ceil(rate * WORK_MICROS / CONSUMERS / 1e6 / BUSY));
		return new Fleet(servers, CONSUMERS, WORK_MICROS, queues, (int) Math.ceil(rate * costs.broker() / 1e6 / BUSY));
	}

	private static void print(Fleet fleet, int rate, Costs costs) {
		Outcome outcome = fleet.simulate(rate, CALLS, costs);
		print("%,9d %,7d %,6d %,10d %,9.0f %,9.0f %5.0f%% %4.0f%% %5.0f%%", rate, fleet.servers(), fleet.queues(),
				fleet.processors(), outcome.calls().p50(), outcome.calls().p99(), 100 * outcome.broker(),
				100 * outcome.queue(), 100 * outcome.server());
	}

	private static void print(String format, Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}

}
