package io.rabbitrpc.bench.load;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Schedule}.
 */
class ScheduleTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	@Test
	void callsStartEvenlyAndRoundingNeverAddsUp() {
		Schedule schedule = new Schedule(-7, 3);
		assertThat(schedule.start(0)).isEqualTo(-7);
		assertThat(schedule.start(1)).isEqualTo(-7 + SECOND / 3);
		assertThat(schedule.start(3_000_000_001L)).isEqualTo(-7 + 1_000_000_000L * SECOND + SECOND / 3);
	}

	@Test
	void callWhoseTimeIsPastStartsAtOnceAndKeepsItsTime() {
		long begin = System.nanoTime() - 10 * SECOND;
		Schedule schedule = new Schedule(begin, 100);
		for (int i = 0; i < 500; i++) {
			assertThat(schedule.awaitNext(() -> false)).isEqualTo(begin + i * SECOND / 100);
		}
		assertThat(System.nanoTime() - begin).isLessThan(14 * SECOND);
	}

	@Test
	void callWaitsForItsTime() {
		Schedule schedule = new Schedule(System.nanoTime() + SECOND / 20, 1);
		long start = schedule.awaitNext(() -> false);
		assertThat(System.nanoTime()).isGreaterThanOrEqualTo(start);
	}

	@Test
	void stoppedScheduleLetsNobodyWait() {
		long before = System.nanoTime();
		new Schedule(before + 60 * SECOND, 1).awaitNext(() -> true);
		assertThat(System.nanoTime() - before).isLessThan(30 * SECOND);
	}

}
