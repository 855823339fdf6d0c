package io.fibrpc.benchmarks.scaling;

import java.util.List;
import java.util.stream.IntStream;

import io.fibrpc.benchmarks.scaling.Simulation.Result;
import io.fibrpc.benchmarks.scaling.Simulation.Station;
import io.fibrpc.benchmarks.scaling.Simulation.Visit;

/**
 * Servers, queues and nodes, and the calls to them. A call is worked on by a processor of
 * the broker, then by the process of its queue, then by a server. Each server takes
 * requests of one queue; with as many queues as servers or fewer, every queue has some.
 *
 * @param servers how many servers there are
 * @param consumers how many requests a server works on at a time
 * @param workMicros how long it works on one, on average
 * @param queues how many queues share the calls
 * @param processors how many processors all nodes of the broker have together
 */
record Fleet(int servers, int consumers, double workMicros, int queues, int processors) {

	/**
	 * What a fleet can do at most.
	 * @param costs of a call
	 * @return calls in a second, and what ends there first
	 */
	Limit limit(Costs costs) {
		Limit broker = new Limit("broker", 1e6 * this.processors / costs.broker());
		Limit queue = new Limit("queues", 1e6 * this.queues / costs.queue());
		Limit server = new Limit("servers", 1e6 * this.servers * this.consumers / this.workMicros);
		Limit least = (broker.callsPerSecond() < queue.callsPerSecond()) ? broker : queue;
		return (server.callsPerSecond() < least.callsPerSecond()) ? server : least;
	}

	/**
	 * Lets calls come at random.
	 * @param callsPerSecond how many, on average
	 * @param count how many are simulated
	 * @param costs of a call
	 * @return what happens
	 */
	Outcome simulate(double callsPerSecond, int count, Costs costs) {
		Simulation simulation = new Simulation();
		Station broker = new Station(this.processors);
		List<Station> processes = IntStream.range(0, this.queues).mapToObj((i) -> new Station(1)).toList();
		List<Station> consuming = IntStream.range(0, this.queues)
			.mapToObj((i) -> new Station(serversOf(i) * this.consumers))
			.toList();
		Result result = simulation.open(callsPerSecond, count, () -> {
			int queue = simulation.number(this.queues);
			return List.of(new Visit(broker, costs.broker()), new Visit(processes.get(queue), costs.queue()),
					new Visit(consuming.get(queue), simulation.exponential(this.workMicros)),
					new Visit(null, costs.lone()));
		});
		return new Outcome(result, simulation.utilisation(broker),
				processes.stream().mapToDouble(simulation::utilisation).max().orElseThrow(),
				consuming.stream().mapToDouble(simulation::utilisation).max().orElseThrow());
	}

	private int serversOf(int queue) {
		return this.servers / this.queues + ((queue < this.servers % this.queues) ? 1 : 0);
	}

	/**
	 * Where a fleet ends.
	 *
	 * @param part what is busy all the time
	 * @param callsPerSecond at this load
	 */
	record Limit(String part, double callsPerSecond) {

	}

	/**
	 * What happens under a load.
	 *
	 * @param calls what the calls saw
	 * @param broker how much of its time the broker's processors were busy
	 * @param queue the same for the busiest queue
	 * @param server the same for the servers of the busiest queue
	 */
	record Outcome(Result calls, double broker, double queue, double server) {

	}

}
