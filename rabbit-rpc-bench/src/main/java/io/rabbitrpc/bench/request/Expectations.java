package io.rabbitrpc.bench.request;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import tools.jackson.core.JsonPointer;

/**
 * Reads expectations.
 */
public final class Expectations {

	private static final String TEXT = "text:";

	private static final String REGEX = "regex:";

	private static final String JSON = "json:";

	private Expectations() {
	}

	/**
	 * Reads an expectation.
	 * @param text its text
	 * @param requests the requests whose values it checks
	 * @param numbers the numbers in them
	 * @return the expectation
	 * @throws IllegalArgumentException if the text is invalid. The message says what
	 * {@code --expect} takes
	 */
	public static Expectation of(String text, Requests requests, NumberMix numbers) {
		if (text.startsWith(TEXT)) {
			return new TextExpectation(text.substring(TEXT.length()));
		}
		if (text.startsWith(REGEX)) {
			return regex(text.substring(REGEX.length()));
		}
		if (text.startsWith(JSON)) {
			return json(text.substring(JSON.length()));
		}
		return switch (text) {
			case "none" -> Expectation.NONE;
			case "fibonacci" -> fibonacci(requests, numbers);
			default -> throw new IllegalArgumentException(
					"--expect takes text:TEXT, regex:PATTERN, json:/POINTER, json:/POINTER=VALUE, fibonacci or none, "
							+ "not '" + text + "'");
		};
	}

	private static Expectation regex(String text) {
		try {
			Pattern pattern = Pattern.compile(text);
			return (request, value) -> pattern.matcher(new String(value, StandardCharsets.UTF_8)).find();
		}
		catch (PatternSyntaxException ex) {
			throw new IllegalArgumentException("--expect=regex: takes a regular expression, not '%s': %s"
				.formatted(text, ex.getDescription().toLowerCase(Locale.ROOT)), ex);
		}
	}

	private static Expectation json(String text) {
		int end = text.indexOf('=');
		String pointer = (end < 0) ? text : text.substring(0, end);
		try {
			return new JsonExpectation(JsonPointer.compile(pointer), (end < 0) ? null : text.substring(end + 1));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"--expect=json: takes a JSON pointer, which begins with /, not '%s'".formatted(pointer), ex);
		}
	}

	private static Expectation fibonacci(Requests requests, NumberMix numbers) {
		if (!requests.haveNumber()) {
			throw new IllegalArgumentException(
					"--expect=fibonacci needs a body with {n}, which stands for a number of --n");
		}
		if (numbers.distinct().anyMatch((n) -> n > FibonacciExpectation.MAX_N)) {
			throw new IllegalArgumentException("--expect=fibonacci takes numbers up to %d in --n, --expect=none any"
				.formatted(FibonacciExpectation.MAX_N));
		}
		return new FibonacciExpectation(numbers.distinct());
	}

}
