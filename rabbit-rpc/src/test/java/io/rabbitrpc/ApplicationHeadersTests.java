package io.rabbitrpc;

import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.rabbitmq.client.impl.LongStringHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationHeaders}.
 */
class ApplicationHeadersTests {

	@Test
	void simpleTypesPass() {
		Date now = Date.from(Instant.EPOCH);
		ApplicationHeaders headers = ApplicationHeaders.of(Map.of("text", "ä", "long-text",
				LongStringHelper.asLongString("b"), "number", 7L, "flag", true, "time", now));
		assertThat(headers.passed()).containsOnly(Map.entry("text", "ä"), Map.entry("long-text", "b"),
				Map.entry("number", 7L), Map.entry("flag", true), Map.entry("time", now));
		assertThat(headers.dropped()).isZero();
	}

	@Test
	void allOtherTypesAreDroppedAndCounted() {
		Map<String, Object> headers = new HashMap<>(
				Map.of("table", Map.of("a", 1), "array", List.of(1), "bytes", new byte[1]));
		headers.put("nothing", null);
		assertThat(ApplicationHeaders.of(headers)).isEqualTo(new ApplicationHeaders(Map.of(), 4));
	}

	@ParameterizedTest
	@ValueSource(strings = { "x-rpc-status", "x-rpc-", "amqp_replyTo", "__TypeId__" })
	void reservedNamesDoNotPass(String name) {
		assertThat(ApplicationHeaders.of(Map.of(name, "evil")).passed()).isEmpty();
	}

	@Test
	void ofMoreThan64TheFirstPass() {
		Map<String, Object> headers = new LinkedHashMap<>();
		IntStream.range(0, 70).forEach((i) -> headers.put("h" + i, i));
		ApplicationHeaders chosen = ApplicationHeaders.of(headers);
		assertThat(chosen.passed()).hasSize(64).containsKey("h0").doesNotContainKey("h64");
		assertThat(chosen.dropped()).isEqualTo(6);
	}

	@Test
	void moreThan8KibDoNotPass() {
		Map<String, Object> headers = new LinkedHashMap<>();
		headers.put("a", "x".repeat(8 * 1024 - 1));
		assertThat(ApplicationHeaders.of(headers).passed()).hasSize(1);
		headers.put("b", "");
		assertThat(ApplicationHeaders.of(headers))
			.extracting((chosen) -> chosen.passed().size(), ApplicationHeaders::dropped)
			.containsExactly(1, 1);
	}

	@Test
	void aNameThatCannotBeWrittenIsDropped() {
		assertThat(ApplicationHeaders.of(Map.of("\ufffd".repeat(86), 1)).dropped()).isOne();
	}

	@Test
	void noHeadersAreNone() {
		assertThat(ApplicationHeaders.of(null).passed()).isEmpty();
	}

}
