package io.rabbitrpc;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Escaped}.
 */
class EscapedTests {

	@Test
	void textKeepsPrintableAscii() {
		assertThat(Escaped.text("3fa85f64-5717")).isEqualTo("3fa85f64-5717");
	}

	@Test
	void textEscapesLineEndsAndTerminalControls() {
		assertThat(Escaped.text("a\r\n\u001b[31mb\\\u2028")).isEqualTo("a\\x0d\\x0a\\x1b[31mb\\x5c\\u2028");
	}

	@Test
	void textIsCut() {
		assertThat(Escaped.text("x".repeat(200))).isEqualTo("x".repeat(64) + "...");
	}

	@Test
	void bodyIsCut() {
		assertThat(Escaped.text("0123456789".getBytes(StandardCharsets.US_ASCII), 4)).isEqualTo("0123...");
	}

}
