package io.fibrpc.systemtests.faults;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what checks add for pauses.
 */
class PausesTests {

	private final Pauses pauses = new Pauses();

	private void pause(int beginMillis, int endMillis) {
		this.pauses.add(Duration.ofMillis(beginMillis).toNanos(), Duration.ofMillis(endMillis).toNanos());
	}

	private long millis(int beginMillis, int endMillis) {
		return this.pauses.between(Duration.ofMillis(beginMillis).toNanos(), Duration.ofMillis(endMillis).toNanos())
			.toMillis();
	}

	@Test
	void onlyWhatIsInTheTimeCounts() {
		pause(100, 200);
		pause(300, 400);
		assertThat(millis(0, 500)).isEqualTo(200);
		assertThat(millis(150, 310)).isEqualTo(60);
		assertThat(millis(200, 300)).isZero();
		assertThat(millis(320, 330)).isEqualTo(10);
	}

	@Test
	void shortPausesDoNotCount() {
		pause(100, 119);
		pause(130, 149);
		assertThat(millis(0, 500)).isZero();
	}

}
