package io.rabbitrpc;

import java.nio.charset.StandardCharsets;

/**
 * What a peer sent, made fit for a log line, a message or a terminal: printable ASCII
 * only, and short.
 */
public final class Escaped {

	/** The most characters of a peer's text that are ever shown. */
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

	private static String text(String text, int maxCharacters) {
		int length = Math.min(text.length(), maxCharacters);
		int plain = 0;
		while (plain < length && isPlain(text.charAt(plain))) {
			plain++;
		}
		// Nearly every text is fit as it is
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
				escaped.append(((character <= 0xFF) ? "\\x%02x" : "\\u%04x").formatted((int) character));
			}
		}
		return escaped.append((text.length() > maxCharacters) ? "..." : "").toString();
	}

	private static boolean isPlain(char character) {
		return character >= ' ' && character <= '~' && character != '\\';
	}

}
