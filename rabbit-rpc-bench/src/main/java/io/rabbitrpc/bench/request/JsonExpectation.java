package io.rabbitrpc.bench.request;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The value is JSON with an expected value at one place.
 */
final class JsonExpectation implements Expectation {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final JsonPointer pointer;

	private final @Nullable Template expected;

	/**
	 * Creates an expectation.
	 * @param pointer where (RFC 6901)
	 * @param expected what: a string without its quotes, or any other JSON, in which
	 * <code>{n}</code> and <code>{counter}</code> are those of the request; {@code null}
	 * for anything but {@code null}
	 */
	JsonExpectation(JsonPointer pointer, @Nullable String expected) {
		this.pointer = pointer;
		this.expected = (expected != null) ? new Template(expected.getBytes(StandardCharsets.UTF_8)) : null;
	}

	@Override
	public boolean isMet(Request request, byte[] value) {
		try {
			JsonNode found = JSON.readTree(value).at(this.pointer);
			if (this.expected == null) {
				return !found.isMissingNode() && !found.isNull();
			}
			return isEqual(found,
					new String(this.expected.fill(request.n(), request.counter()), StandardCharsets.UTF_8));
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	private static boolean isEqual(JsonNode found, String text) {
		if (found.isString()) {
			return found.stringValue().equals(text);
		}
		return found.isNumber() ? isEqual(found.decimalValue(), text) : found.toString().equals(text);
	}

	// 130 and 130.0 are the same number
	private static boolean isEqual(BigDecimal found, String text) {
		try {
			return found.compareTo(new BigDecimal(text)) == 0;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

}
