package io.rabbitrpc;

import java.nio.charset.StandardCharsets;

/**
 * Makes text of a peer safe for a log line, a message or a terminal: it shortens the text
 * and escapes control characters. It also escapes everything that is not printable ASCII,
 * except in sentences.
 */
public final class Escaped {

	/** How many characters of a peer's text are shown at most. */
	public static final int MAX_CHARACTERS = 64;

	private Escaped() {
	}

	/**
	 * Escapes a text.
	 * @param text the text, of any length
	 * @return at most {@value #MAX_CHARACTERS} of its characters, and {@code ...} where
	 * there were more
	 */
	public static String text(String text) {
		return text(text, MAX_CHARACTERS);
	}

	/**
	 * Escapes a body.
	 * @param body the bytes, of any number
	 * @param maxCharacters how many of them are shown
	 * @return those characters, and {@code ...} where there were more
	 */
	public static String text(byte[] body, int maxCharacters) {
		int length = Math.min(body.length, maxCharacters + 1);
		return text(new String(body, 0, length, StandardCharsets.ISO_8859_1), maxCharacters);
	}

	/**
	 * Makes a sentence of a peer safe to be shown, in any language. It escapes characters
	 * that could end a line, control a terminal or change the direction of text.
	 * @param sentence the sentence, of any length
	 * @param maxCharacters how many characters of it are shown
	 * @return those characters, and {@code ...} where there were more
	 */
	public static String sentence(String sentence, int maxCharacters) {
		StringBuilder escaped = new StringBuilder();
		sentence.codePoints().limit(maxCharacters).forEach((character) -> {
			if (isHarmless(character)) {
				escaped.appendCodePoint(character);
			}
			else {
				escaped.append(escape(character));
			}
		});
		return escaped.append((sentence.codePointCount(0, sentence.length()) > maxCharacters) ? "..." : "").toString();
	}

	private static boolean isHarmless(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				false;
			default -> true;
		};
	}

	private static String escape(int character) {
		return ((character <= 0xFF) ? "\\x%02x" : "\\u%04x").formatted(character);
	}

	private static String text(String text, int maxCharacters) {
		int length = Math.min(text.length(), maxCharacters);
		int plain = 0;
		while (plain < length && isPlain(text.charAt(plain))) {
			plain++;
		}
		// Nearly every text needs no change
		if (plain == text.length()) {
			return text;
		}
		StringBuilder escaped = new StringBuilder(text.substring(0, plain));
		for (int i = plain; i < length; i++) {
			char character = text.charAt(i);
			if (isPlain(character)) {
				escaped.append(character);
			}
			else {
				escaped.append(escape(character));
			}
		}
		return escaped.append((text.length() > maxCharacters) ? "..." : "").toString();
	}

	private static boolean isPlain(char character) {
		return character >= ' ' && character <= '~' && character != '\\';
	}

}
