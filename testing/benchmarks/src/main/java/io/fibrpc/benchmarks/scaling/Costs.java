package io.fibrpc.benchmarks.scaling;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Processor time of one call, in microseconds.
 *
 * @param programs of client and server together
 * @param broker of the broker, for all it does
 * @param queue the part of the broker's that only the process of the queue can do
 * @param lone time that a lone call takes beyond all of these, because threads wake up
 */
record Costs(double programs, double broker, double queue, double lone) {

	/**
	 * Reads costs.
	 * @param args such as {@code broker=60}; all four
	 * @return the costs
	 */
	static Costs of(String[] args) {
		Map<String, Double> values = Arrays.stream(args)
			.map((arg) -> arg.split("=", 2))
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> Double.valueOf(pair[1])));
		return new Costs(value(values, "programs"), value(values, "broker"), value(values, "queue"),
				value(values, "lone"));
	}

	private static double value(Map<String, Double> values, String name) {
		Double value = values.get(name);
		if (value == null) {
			throw new IllegalArgumentException("Microseconds of a call: programs=, broker=, queue=, lone=");
		}
		return value;
	}

}
