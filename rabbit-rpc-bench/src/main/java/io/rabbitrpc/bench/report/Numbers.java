package io.rabbitrpc.bench.report;

import java.util.Locale;

/**
 * Writes numbers in one style: all digits before the point, with commas, and enough
 * digits after it to make three in all.
 */
public final class Numbers {

	private static final double[] BOUNDS = { 100, 10, 1 };

	private Numbers() {
	}

	/**
	 * Writes a number of anything.
	 * @param value the number
	 * @return such as {@code 14,392}, {@code 830}, {@code 12.3} or {@code 0.123}
	 */
	public static String text(double value) {
		int decimals = 0;
		while (decimals < BOUNDS.length && value < BOUNDS[decimals]) {
			decimals++;
		}
		return (value == 0) ? "0" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
	}

	/**
	 * Writes how many there are of something.
	 * @param count the number
	 * @return such as {@code 14,392} or {@code 32}
	 */
	public static String text(long count) {
		return String.format(Locale.ROOT, "%,d", count);
	}

	/**
	 * Writes a ratio.
	 * @param value the ratio
	 * @return it with two decimals
	 */
	public static String ratio(double value) {
		return String.format(Locale.ROOT, "%.2f", value);
	}

}
