package io.fibrpc.benchmarks.report;

import io.rabbitrpc.bench.report.Numbers;
import io.rabbitrpc.bench.report.Rounds;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One line of a table: ours beside something else.
 *
 * @param name what was measured
 * @param unit of both medians
 * @param rounds how many rounds there were
 * @param ours our median
 * @param against what it is compared with, or empty
 * @param other the median of that
 * @param ratio ours to the other
 * @param lowest lowest ratio of a round
 * @param middle median of the ratios of the rounds
 * @param highest highest ratio of a round
 * @param bar what the ratio is to be at least, or, if lower is better, at most
 * @param lowerIsBetter whether it is
 */
record Measure(String name, String unit, int rounds, double ours, String against, double other, double ratio,
		double lowest, double middle, double highest, @Nullable Double bar, boolean lowerIsBetter) {

	static Measure of(String name, String unit, Rounds ours, String against, Rounds other) {
		Rounds ratios = ours.by(other);
		return new Measure(name, unit, ratios.values().size(), ours.median(), against, other.median(),
				ours.median() / other.median(), ratios.min(), ratios.median(), ratios.max(), null, false);
	}

	static Measure of(JsonNode node) {
		JsonNode bar = node.path("bar");
		return new Measure(node.path("name").asString(), node.path("unit").asString(), node.path("rounds").asInt(),
				node.path("ours").asDouble(), node.path("against").asString(), node.path("other").asDouble(),
				node.path("ratio").asDouble(), node.path("lowest").asDouble(), node.path("middle").asDouble(),
				node.path("highest").asDouble(), bar.isNumber() ? bar.asDouble() : null,
				node.path("lowerIsBetter").asBoolean());
	}

	Measure named(String label) {
		return new Measure(label, this.unit, this.rounds, this.ours, this.against, this.other, this.ratio, this.lowest,
				this.middle, this.highest, this.bar, this.lowerIsBetter);
	}

	Measure atLeast(double required) {
		return new Measure(this.name, this.unit, this.rounds, this.ours, this.against, this.other, this.ratio,
				this.lowest, this.middle, this.highest, required, false);
	}

	Measure atMost(double required) {
		return new Measure(this.name, this.unit, this.rounds, this.ours, this.against, this.other, this.ratio,
				this.lowest, this.middle, this.highest, required, true);
	}

	boolean isMissed() {
		return this.bar != null && (this.lowerIsBetter ? this.ratio > this.bar : this.ratio < this.bar);
	}

	String bound() {
		if (this.bar == null) {
			return "";
		}
		return "%s %s%s".formatted(this.lowerIsBetter ? "≤" : "≥", Numbers.ratio(this.bar),
				isMissed() ? " missed" : "");
	}

	String range() {
		return String.join(" ", Numbers.ratio(this.lowest), Numbers.ratio(this.middle), Numbers.ratio(this.highest));
	}

}
