package io.rabbitrpc.bench.request;

import java.nio.charset.StandardCharsets;

/**
 * The value is a text. Blanks and line ends around it do not matter.
 */
final class TextExpectation implements Expectation {

	private final Template text;

	/**
	 * Creates an expectation.
	 * @param text the text, in which <code>{n}</code> and <code>{counter}</code> are
	 * those of the request
	 */
	TextExpectation(String text) {
		this.text = new Template(text.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public boolean isMet(Request request, byte[] value) {
		return text(this.text.fill(request.n(), request.counter())).equals(text(value));
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8).strip();
	}

}
