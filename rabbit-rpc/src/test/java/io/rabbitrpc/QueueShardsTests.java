package io.rabbitrpc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueShards}.
 */
class QueueShardsTests {

	@Test
	void allNamesAreThoseOfShards() {
		assertThat(QueueShards.names("a.b", 12)).hasSize(12)
			.startsWith("a.b", "a.b.1", "a.b.2")
			.endsWith("a.b.11")
			.allMatch((name) -> QueueShards.isShard(name, "a.b"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "quote", "quotes1", "quotes.", "quotes.0", "quotes.01", "quotes.-1", "quotes.1.1",
			"old-quotes", "quotesX1" })
	void otherNamesAreNoShards(String name) {
		assertThat(QueueShards.isShard(name, "quotes")).isFalse();
	}

}
