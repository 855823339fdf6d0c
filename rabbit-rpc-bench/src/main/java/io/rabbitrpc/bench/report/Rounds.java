package io.rabbitrpc.bench.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The results of the rounds of a measurement.
 *
 * @param values one for each round
 */
public record Rounds(List<Double> values) {

	private static final double WIDE = 1.25;

	/**
	 * The median.
	 * @return the median, {@code NaN} if there are no rounds
	 */
	public double median() {
		if (this.values.isEmpty()) {
			return Double.NaN;
		}
		List<Double> sorted = this.values.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	/**
	 * Compares round by round. This is fair even if the machine became slower meanwhile.
	 * @param other the results that were measured in turns with these
	 * @return the ratio of each round
	 */
	public Rounds by(Rounds other) {
		int rounds = Math.min(this.values.size(), other.values.size());
		return new Rounds(IntStream.range(0, rounds)
			.filter((round) -> other.values.get(round) > 0)
			.mapToObj((round) -> this.values.get(round) / other.values.get(round))
			.toList());
	}

	/**
	 * The lowest value.
	 * @return the value, {@code NaN} if there are no rounds
	 */
	public double min() {
		return this.values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
	}

	/**
	 * The highest value.
	 * @return the value, {@code NaN} if there are no rounds
	 */
	public double max() {
		return this.values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
	}

	/**
	 * Whether the rounds differ so much that their median says little.
	 * @return whether the highest is more than 1.25 times the lowest
	 */
	public boolean differWidely() {
		return max() > WIDE * min();
	}

}
