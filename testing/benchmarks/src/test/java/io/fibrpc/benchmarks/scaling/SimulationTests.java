package io.fibrpc.benchmarks.scaling;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.fibrpc.benchmarks.scaling.Fleet.Outcome;
import io.fibrpc.benchmarks.scaling.Simulation.Result;
import io.fibrpc.benchmarks.scaling.Simulation.Station;
import io.fibrpc.benchmarks.scaling.Simulation.Visit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * Tests of the simulation against what is known about queues.
 */
class SimulationTests {

	private static final Costs COSTS = new Costs(50, 60, 20, 100);

	private final Simulation simulation = new Simulation();

	@Test
	void oneStationIsAsTheFormulaSays() {
		Station station = new Station(1);
		Result result = this.simulation.open(700, 500_000,
				() -> List.of(new Visit(station, this.simulation.exponential(1_000))));
		// The time there is exponential with a mean of 1000 / (1 - 0.7)
		assertThat(result.p50()).isCloseTo(Math.log(2) * 1_000 / 0.3, withinPercentage(5));
		assertThat(result.p99()).isCloseTo(Math.log(100) * 1_000 / 0.3, withinPercentage(5));
		assertThat(this.simulation.utilisation(station)).isCloseTo(0.7, within(0.01));
	}

	@Test
	void slowestStationLimitsCallsInFlight() {
		Station pair = new Station(2);
		Station single = new Station(1);
		Result result = this.simulation.closed(50, 100_000,
				() -> List.of(new Visit(pair, 100), new Visit(single, 80), new Visit(null, 500)));
		assertThat(result.callsPerSecond()).isCloseTo(1e6 / 80, withinPercentage(1));
		assertThat(result.p50()).isCloseTo(50 * 80, withinPercentage(2));
	}

	@Test
	void loneCallMeetsNobody() {
		Station station = new Station(3);
		Result result = this.simulation.closed(1, 1_000, () -> List.of(new Visit(station, 100), new Visit(null, 400)));
		assertThat(result.p99()).isEqualTo(500, within(0.01));
		assertThat(result.callsPerSecond()).isCloseTo(2_000, withinPercentage(1));
	}

	@Test
	void moreQueuesLiftTheLimitOfOne() {
		Fleet one = new Fleet(100, 10, 1_000, 1, 32);
		Fleet four = new Fleet(100, 10, 1_000, 4, 32);
		assertThat(one.limit(COSTS).part()).isEqualTo("queues");
		assertThat(one.limit(COSTS).callsPerSecond()).isEqualTo(50_000);
		assertThat(four.limit(COSTS).callsPerSecond()).isEqualTo(200_000);
		Outcome full = one.simulate(60_000, 100_000, COSTS);
		assertThat(full.queue()).isGreaterThan(0.95);
		assertThat(full.calls().callsPerSecond()).isCloseTo(50_000, withinPercentage(3));
		Outcome spread = four.simulate(60_000, 100_000, COSTS);
		assertThat(spread.queue()).isCloseTo(0.3, within(0.02));
		assertThat(spread.calls().callsPerSecond()).isCloseTo(60_000, withinPercentage(3));
	}

}
