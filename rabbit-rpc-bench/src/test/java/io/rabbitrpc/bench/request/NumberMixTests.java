package io.rabbitrpc.bench.request;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link NumberMix}.
 */
class NumberMixTests {

	@Test
	void numberIsAskedForAgainAndAgain() {
		assertThat(drawn(NumberMix.of("30"))).containsExactly(30);
	}

	@Test
	void rangeHasBothItsEnds() {
		assertThat(drawn(NumberMix.of("10..13"))).containsExactlyInAnyOrder(10, 11, 12, 13);
	}

	@Test
	void mixHasNumbersAndRanges() {
		assertThat(drawn(NumberMix.of("0,300,7..8"))).containsExactlyInAnyOrder(0, 7, 8, 300);
		assertThat(NumberMix.of("300,7..8,7").distinct()).containsExactly(7, 8, 300);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",", "x", "-1", "1.5", "10..", "40..10", "1,,2", " 30", "999999999", "0..1000",
			"0..99999999" })
	void anythingElseIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> NumberMix.of(text))
			.withMessageStartingWith("--n takes")
			.withMessageEndingWith("'" + text + "'");
	}

	private Set<Integer> drawn(NumberMix numbers) {
		return IntStream.range(0, 1000).map((i) -> numbers.next()).boxed().collect(Collectors.toSet());
	}

}
