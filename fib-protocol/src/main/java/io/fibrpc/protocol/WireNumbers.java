package io.fibrpc.protocol;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.rabbitrpc.Escaped;

/**
 * Reads and writes the numbers of requests and replies as bytes. It does not use
 * {@code Integer.parseInt}, because that accepts the digits of every script.
 */
public final class WireNumbers {

	/** The most digits that a request may have, leading zeros included. */
	public static final int MAX_REQUEST_DIGITS = 20;

	/** The most bytes of a reply's body: 4 MiB. */
	public static final int MAX_REPLY_BYTES = 4 * 1024 * 1024;

	/** The most bytes of a request's body: the digits with white space around them. */
	static final int MAX_REQUEST_BYTES = 64;

	private static final int DIRECTLY_PARSED_DIGITS = 1024;

	private static final int MAX_SHOWN_CHARACTERS = 32;

	private WireNumbers() {
	}

	/**
	 * Writes a number as ASCII decimal digits.
	 * @param number the number, 0 or more
	 * @return the body
	 */
	public static byte[] write(BigInteger number) {
		return number.toString().getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Reads n from the body of a request: ASCII decimal digits with ASCII blanks and line
	 * ends around them, such as {@code echo 30} makes.
	 * @param body the body
	 * @param max the largest n that is accepted
	 * @return n, from 0 to {@code max}
	 * @throws InvalidRequestException if the body is anything else
	 */
	public static int readRequest(byte[] body, int max) {
		if (body.length > MAX_REQUEST_BYTES) {
			throw new InvalidRequestException(
					"n must be a whole number from 0 to %d, not %d bytes".formatted(max, body.length));
		}
		String digits = trimmed(body);
		if (digits.isEmpty()) {
			throw new InvalidRequestException("n is missing: send a whole number from 0 to %d".formatted(max));
		}
		if (!isDigits(digits) || digits.length() > MAX_REQUEST_DIGITS) {
			throw new InvalidRequestException("n must be a whole number from 0 to %d in at most %d digits, not '%s'"
				.formatted(max, MAX_REQUEST_DIGITS, Escaped.text(body, MAX_SHOWN_CHARACTERS)));
		}
		BigInteger number = new BigInteger(digits);
		if (number.compareTo(BigInteger.valueOf(max)) > 0) {
			throw new InvalidRequestException("n must be from 0 to %d, not %s".formatted(max, number));
		}
		return number.intValueExact();
	}

	/**
	 * Whether a reply's body is a number: ASCII decimal digits with ASCII blanks and line
	 * ends around them.
	 * @param body the body
	 * @return {@code true} if {@link #readReply} can read it
	 */
	public static boolean isReply(byte[] body) {
		return body.length <= MAX_REPLY_BYTES && isDigits(trimmed(body));
	}

	/**
	 * Reads the value from a reply's body.
	 * @param body a body that {@link #isReply} accepts
	 * @return the value, 0 or more
	 */
	public static BigInteger readReply(byte[] body) {
		return parse(trimmed(body));
	}

	// Splits the digits in halves again and again. BigInteger's own parser is quadratic:
	// it would need minutes for 4 MiB of digits
	private static BigInteger parse(String digits) {
		List<BigInteger> powers = new ArrayList<>();
		int length = DIRECTLY_PARSED_DIGITS;
		while (length < digits.length()) {
			BigInteger last = powers.isEmpty() ? null : powers.get(powers.size() - 1);
			powers.add((last != null) ? last.multiply(last) : BigInteger.TEN.pow(DIRECTLY_PARSED_DIGITS));
			length *= 2;
		}
		return parse(digits, powers, powers.size());
	}

	// The digits are at most DIRECTLY_PARSED_DIGITS * 2^level; powers has 10^(half of
	// that)
	private static BigInteger parse(String digits, List<BigInteger> powers, int level) {
		if (level == 0) {
			return new BigInteger(digits);
		}
		int split = digits.length() - (DIRECTLY_PARSED_DIGITS << (level - 1));
		if (split <= 0) {
			return parse(digits, powers, level - 1);
		}
		BigInteger high = parse(digits.substring(0, split), powers, level - 1);
		return high.multiply(powers.get(level - 1)).add(parse(digits.substring(split), powers, level - 1));
	}

	// Each byte becomes one character, so no digit of another script can appear
	private static String trimmed(byte[] body) {
		int start = 0;
		int end = body.length;
		while (start < end && isSpace(body[start])) {
			start++;
		}
		while (end > start && isSpace(body[end - 1])) {
			end--;
		}
		return new String(body, start, end - start, StandardCharsets.ISO_8859_1);
	}

	private static boolean isDigits(String text) {
		// A loop and not a stream, because this runs for each digit of each value
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) < '0' || text.charAt(i) > '9') {
				return false;
			}
		}
		return !text.isEmpty();
	}

	private static boolean isSpace(byte character) {
		return character == ' ' || character == '\t' || character == '\r' || character == '\n';
	}

}
