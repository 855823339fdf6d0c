package io.rabbitrpc.bench.request;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Requests}.
 */
class RequestsTests {

	@Test
	void placeholdersStandForANumberAndForACounter() {
		Requests requests = requests("{\"id\":{counter},\"n\":{n},\"again\":\"{counter}\"}");
		assertThat(text(requests.next())).isEqualTo("{\"id\":1,\"n\":30,\"again\":\"1\"}");
		assertThat(text(requests.next())).isEqualTo("{\"id\":2,\"n\":30,\"again\":\"2\"}");
		assertThat(requests.next()).extracting(Request::n, Request::counter).containsExactly(30, 3L);
	}

	@Test
	void otherMessagesAreSentUnchanged() {
		byte[] body = { '{', (byte) 0xff, 0, (byte) 0xc3, '{', 'x', '}', '$', '1', '\\' };
		Requests requests = new Requests(body, NumberMix.of("30"));
		assertThat(requests.next().body()).isEqualTo(body);
		assertThat(requests.next()).isSameAs(requests.next());
		assertThat(requests("").next().body()).isEmpty();
		assertThat(text(requests("{\"ä\":{n}}").next())).isEqualTo("{\"ä\":30}");
	}

	@Test
	void numberIsKnownToBeAskedFor() {
		assertThat(requests("{n}").haveNumber()).isTrue();
		assertThat(requests("{counter}").haveNumber()).isFalse();
	}

	private static Requests requests(String body) {
		return new Requests(body.getBytes(StandardCharsets.UTF_8), NumberMix.of("30"));
	}

	private static String text(Request request) {
		return new String(request.body(), StandardCharsets.UTF_8);
	}

}
