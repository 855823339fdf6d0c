package io.rabbitrpc.bench.call;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Replies}.
 */
class RepliesTests {

	private static final byte[] BODY = "error: no such sku".getBytes(StandardCharsets.US_ASCII);

	@Test
	void replyWithoutAStatusIsAValue() {
		assertThat(Replies.value(new BasicProperties(), BODY)).isSameAs(BODY);
	}

	@Test
	void replyWithAStatusIsAFailure() {
		BasicProperties properties = new BasicProperties.Builder().headers(Map.of(RpcHeaders.STATUS, "NOT_FOUND"))
			.build();
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> Replies.value(properties, BODY))
			.withMessage("error: no such sku")
			.extracting(RpcException::status)
			.isEqualTo(RpcStatus.NOT_FOUND);
	}

}
