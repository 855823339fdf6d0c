package io.rabbitrpc.bench.request;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The numbers for <code>{n}</code>. All are equally likely.
 */
public final class NumberMix {

	private static final Pattern PART = Pattern.compile("(\\d{1,8})(?:\\.\\.(\\d{1,8}))?");

	private static final int MOST_NUMBERS = 1000;

	private final int[] numbers;

	private NumberMix(int[] numbers) {
		this.numbers = numbers;
	}

	/**
	 * Reads a mix.
	 * @param text numbers and ranges, such as {@code 30}, {@code 10..40} or
	 * {@code 10,30,300}
	 * @return the mix
	 * @throws IllegalArgumentException if it is anything else
	 */
	public static NumberMix of(String text) {
		int[] numbers = Arrays.stream(text.split(",", -1)).flatMapToInt((part) -> part(text, part)).toArray();
		if (numbers.length > MOST_NUMBERS) {
			throw invalid(text);
		}
		return new NumberMix(numbers);
	}

	private static IntStream part(String text, String part) {
		Matcher matcher = PART.matcher(part);
		if (!matcher.matches()) {
			throw invalid(text);
		}
		int first = Integer.parseInt(matcher.group(1));
		int last = (matcher.group(2) != null) ? Integer.parseInt(matcher.group(2)) : first;
		if (first > last) {
			throw invalid(text);
		}
		return IntStream.rangeClosed(first, last).limit(MOST_NUMBERS + 1L);
	}

	private static IllegalArgumentException invalid(String text) {
		return new IllegalArgumentException(
				"--n takes a number such as 30, a range such as 10..40 or a mix such as 10,30,300, at most "
						+ MOST_NUMBERS + " numbers in all, not '" + text + "'");
	}

	/**
	 * Draws a number.
	 * @return one of them
	 */
	public int next() {
		return (this.numbers.length == 1) ? this.numbers[0]
				: this.numbers[ThreadLocalRandom.current().nextInt(this.numbers.length)];
	}

	/**
	 * The numbers that may be drawn.
	 * @return each once, the smallest first
	 */
	public IntStream distinct() {
		return Arrays.stream(this.numbers).distinct().sorted();
	}

}
