package io.rabbitrpc.bench.report;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Numbers}.
 */
class NumbersTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0       | 0
			0.1234  | 0.123
			1.5     | 1.50
			12.34   | 12.3
			99.94   | 99.9
			100     | 100
			830.4   | 830
			14392.6 | 14,393
			1234567 | 1,234,567
			""")
	void numberHasThreeDigitsOrAllBeforeThePoint(double value, String text) {
		assertThat(Numbers.text(value)).isEqualTo(text);
	}

}
