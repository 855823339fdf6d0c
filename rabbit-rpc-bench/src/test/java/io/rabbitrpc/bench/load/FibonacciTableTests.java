package io.rabbitrpc.bench.load;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FibonacciTable}.
 */
class FibonacciTableTests {

	@ParameterizedTest
	@CsvSource({ "0, 0", "1, 1", "2, 1", "10, 55", "47, 2971215073", "93, 12200160415121876738",
			"300, 222232244629420445529739893461909967206666939096499764990979600" })
	void onlyTheValueIsRight(int n, BigInteger value) {
		FibonacciTable table = new FibonacciTable(IntStream.of(n, 5, 300, 0));
		assertThat(table.isRight(n, body(value.toString()))).isTrue();
		assertThat(table.isRight(n, body(value + "\n"))).isTrue();
		assertThat(table.isRight(n, body(value.add(BigInteger.ONE).toString()))).isFalse();
		assertThat(table.isRight(n, body("error: no"))).isFalse();
	}

	@Test
	void withoutNumbersAnyValueIsRight() {
		assertThat(new FibonacciTable(IntStream.empty()).isRight(30, body("{}"))).isTrue();
	}

	private static byte[] body(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
