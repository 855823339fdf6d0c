package io.rabbitrpc.bench.request;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes in which <code>{n}</code> and <code>{counter}</code> stand for numbers.
 */
final class Template {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{(n|counter)}");

	private final List<Part> parts = new ArrayList<>();

	private final boolean number;

	private final boolean constant;

	/**
	 * Reads a template.
	 * @param bytes text in any encoding that contains ASCII, or anything else
	 */
	Template(byte[] bytes) {
		// Keeps every byte as it is
		String text = new String(bytes, StandardCharsets.ISO_8859_1);
		boolean withNumber = false;
		int end = 0;
		Matcher matcher = PLACEHOLDER.matcher(text);
		while (matcher.find()) {
			literal(text.substring(end, matcher.start()));
			end = matcher.end();
			boolean isNumber = "n".equals(matcher.group(1));
			this.parts.add(isNumber ? (n, counter) -> latin1(Integer.toString(n))
					: (n, counter) -> latin1(Long.toString(counter)));
			withNumber |= isNumber;
		}
		literal(text.substring(end));
		this.number = withNumber;
		this.constant = end == 0;
	}

	private void literal(String text) {
		byte[] bytes = latin1(text);
		this.parts.add((n, counter) -> bytes);
	}

	private static byte[] latin1(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Whether the number makes a difference.
	 * @return whether there is <code>{n}</code> in it
	 */
	boolean hasNumber() {
		return this.number;
	}

	boolean isConstant() {
		return this.constant;
	}

	byte[] fill(int n, long counter) {
		ByteArrayOutputStream filled = new ByteArrayOutputStream();
		this.parts.forEach((part) -> filled.writeBytes(part.bytes(n, counter)));
		return filled.toByteArray();
	}

	/**
	 * A part of the template.
	 */
	@FunctionalInterface
	private interface Part {

		byte[] bytes(int n, long counter);

	}

}
