package io.rabbitrpc.bench.request;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Expectations}.
 */
class ExpectationsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			none               | anything                    | true
			text:ok            | ok                          | true
			text:ok            | ' ok\n'                     | true
			text:ok            | okay                        | false
			text:schön {n}/{counter} | schön 30/7            | true
			text:{counter}     | 8                           | false
			regex:^o.$         | ok                          | true
			regex:[0-9]+       | 'price: 130'                | true
			regex:^[0-9]+$     | 'price: 130'                | false
			json:/price        | {"price":130}               | true
			json:/price        | {"price":null}              | false
			json:/price        | {"prize":130}               | false
			json:/price        | price                       | false
			json:/price        | {"price":130} {}            | false
			json:/price=130    | {"price":130.0}             | true
			json:/price=130    | {"price":131}               | false
			json:/price=130    | {"price":"130"}             | true
			json:/price=x      | {"price":130}               | false
			json:/a/1          | {"a":[1,2]}                 | true
			json:/a/2          | {"a":[1,2]}                 | false
			json:/a=[1,2]      | {"a":[1, 2]}                | true
			json:/ok=true      | {"ok":true}                 | true
			json:/id={counter} | {"id":7}                    | true
			json:/id={counter} | {"id":"8"}                  | false
			json:              | {}                          | true
			""")
	void valueIsRightIfItIsWhatIsExpected(String expectation, String value, boolean right) {
		assertThat(of(expectation).isMet(new Request(new byte[0], 30, 7), bytes(value))).isEqualTo(right);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "1, 1", "2, 1", "10, 55", "47, 2971215073", "93, 12200160415121876738",
			"300, 222232244629420445529739893461909967206666939096499764990979600" })
	void onlyTheDigitsOfFibonacciAreRight(int n, BigInteger value) {
		NumberMix numbers = NumberMix.of(n + ",5,300,0");
		Expectation fibonacci = Expectations.of("fibonacci", new Requests(bytes("{n}"), numbers), numbers);
		Request request = new Request(bytes("" + n), n, 1);
		assertThat(fibonacci.isMet(request, bytes(value.toString()))).isTrue();
		assertThat(fibonacci.isMet(request, bytes(value + "\n"))).isTrue();
		assertThat(fibonacci.isMet(request, bytes(value.add(BigInteger.ONE).toString()))).isFalse();
		assertThat(fibonacci.isMet(request, bytes("error: no"))).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			yes          | --expect takes text:TEXT, regex:PATTERN, json:/POINTER
			''           | --expect takes text:TEXT
			regex:(      | --expect=regex: takes a regular expression, not '('
			json:price   | --expect=json: takes a JSON pointer, which begins with /, not 'price'
			""")
	void anythingElseIsRefused(String expectation, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> of(expectation)).withMessageStartingWith(message);
	}

	@Test
	void fibonacciNeedsItsNumber() {
		NumberMix numbers = NumberMix.of("30");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Expectations.of("fibonacci", new Requests(bytes("{counter}"), numbers), numbers))
			.withMessage("--expect=fibonacci needs a body with {n}, which stands for a number of --n");
	}

	private static Expectation of(String text) {
		NumberMix numbers = NumberMix.of("30");
		return Expectations.of(text, new Requests(bytes("{n}"), numbers), numbers);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
