package io.rabbitrpc.connection.inbound;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares our reading of content headers with that of amqp-client.
 */
class ContentHeaderTests {

	private static final int SEED = 20261126;

	private static final int RANDOM_HEADERS = 20_000;

	@Test
	void isReadableIfAndOnlyIfAmqpClientCanReadIt() {
		Random random = new Random(SEED);
		int unreadable = 0;
		for (int i = 0; i < RANDOM_HEADERS; i++) {
			byte[] payload = ContentHeaders.random(random);
			boolean expected = ContentHeaders.isReadable(payload);
			assertThat(header(payload).isReadable()).as("header %d: %s", i, Arrays.toString(payload))
				.isEqualTo(expected);
			unreadable += expected ? 0 : 1;
		}
		// Otherwise the test would prove nothing
		assertThat(unreadable).isBetween(RANDOM_HEADERS / 10, RANDOM_HEADERS / 2);
	}

	@Test
	void theChangedHeaderIsAlwaysReadable() throws IOException {
		Random random = new Random(SEED + 1);
		for (int i = 0; i < RANDOM_HEADERS; i++) {
			byte[] payload = ContentHeaders.random(random);
			assertThat(ContentHeaders.read(header(payload).withoutHeaders()).getHeaders()).isNull();
			BasicProperties properties = ContentHeaders.read(header(payload).withoutBody(random.nextBoolean()));
			assertThat(properties.getHeaders()).containsOnlyKeys(RpcHeaders.DROPPED);
			assertThat(properties.getBodySize()).isZero();
		}
	}

	@Test
	void otherPropertiesStayWithoutTheHeaders() throws IOException {
		byte[] payload = ContentHeaders.request(7, ContentHeaders.nested(33));
		assertThat(ContentHeaders.isReadable(payload)).isFalse();
		BasicProperties properties = ContentHeaders.read(header(payload).withoutHeaders());
		assertThat(properties.getBodySize()).isEqualTo(7);
		assertThat(properties.getCorrelationId()).isEqualTo("id");
		assertThat(properties.getReplyTo()).isEqualTo("replies");
		assertThat(properties.getTimestamp()).hasTime(1000);
		assertThat(properties.getHeaders()).isNull();
	}

	@Test
	void headersNestedAsDeepAsAmqpClientTakesAreReadable() {
		assertThat(header(ContentHeaders.request(7, ContentHeaders.nested(32))).isReadable()).isTrue();
		assertThat(header(ContentHeaders.request(7, ContentHeaders.nested(33))).isReadable()).isFalse();
		assertThat(header(ContentHeaders.request(7, ContentHeaders.nested(12_000))).isReadable()).isFalse();
	}

	@Test
	void withoutBodyItsSizeIsInTheHeaders() throws IOException {
		byte[] payload = ContentHeaders.request(1L << 40, ContentHeaders.nested(0));
		BasicProperties properties = ContentHeaders.read(header(payload).withoutBody(false));
		assertThat(properties.getBodySize()).isZero();
		assertThat(properties.getHeaders()).isEqualTo(Map.of(RpcHeaders.DROPPED, 1L << 40));
		assertThat(properties.getReplyTo()).isEqualTo("replies");
	}

	@Test
	void withoutRoomForTheBodyItsSizeIsNegative() throws IOException {
		byte[] payload = ContentHeaders.request(5_000, ContentHeaders.nested(0));
		BasicProperties properties = ContentHeaders.read(header(payload).withoutBody(true));
		assertThat(properties.getHeaders()).isEqualTo(Map.of(RpcHeaders.DROPPED, -5_000L));
	}

	private static ContentHeader header(byte[] payload) {
		// Not at index 0, as in a buffer
		byte[] buffer = new byte[payload.length + 20];
		System.arraycopy(payload, 0, buffer, 10, payload.length);
		return new ContentHeader(buffer, 10, payload.length);
	}

}
