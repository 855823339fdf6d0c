package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.Measurement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RowResult}.
 */
class RowResultTests {

	private static final BenchRow ROW = TestRounds.row(MeasuredClient.RABBIT_RPC);

	private static final CallFailure FAILURE = new CallFailure("UNAVAILABLE", 5, "no server");

	@Test
	void throughputAndProcessorTimeAreMediansOfTheRounds() {
		assertThat(TestRounds.row(ROW, 900, 100, 300).callsPerSecond()).isEqualTo(300);
		assertThat(TestRounds.row(ROW, 900, 100, 300).cpuMicrosPerCall()).isEqualTo(30);
		assertThat(TestRounds.row(ROW, 400, 900, 100, 300).callsPerSecond()).isEqualTo(350);
	}

	@Test
	void latenciesAndOutcomesAreThoseOfAllRounds() {
		RowResult result = TestRounds.row(ROW, 1, 2);
		assertThat(result.latencies().calls()).isEqualTo(8);
		assertThat(result.outcomes()).isEqualTo(Map.of("OK", 8L));
	}

	@Test
	void exitCodeIsZeroIfACallSucceeded() {
		assertThat(exitCode(Map.of("OK", 1L, "UNAVAILABLE", 99L))).isZero();
	}

	@Test
	void exitCodeIsThatOfTheFirstFailureIfNoCallSucceeded() {
		assertThat(exitCode(Map.of("UNAVAILABLE", 1L))).isEqualTo(5);
	}

	@Test
	void exitCodeOfAWrongValueIs1WhateverElse() {
		assertThat(exitCode(Map.of("OK", 99L, "WRONG", 1L))).isEqualTo(1);
	}

	@Test
	void exitCodeIsThatOfADeadlineIfNothingEnded() {
		RoundResult round = TestRounds.round(0, Measurement.newHistogram(), Map.of(), null);
		assertThat(new RowResult(ROW, List.of(round)).exitCode()).isEqualTo(4);
	}

	private int exitCode(Map<String, Long> outcomes) {
		RoundResult round = TestRounds.round(0, Measurement.newHistogram(), outcomes, FAILURE);
		return new RowResult(ROW, List.of(round)).exitCode();
	}

}
