package io.fibrpc.client;

import java.nio.charset.StandardCharsets;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FibonacciMessageConverter}.
 */
class FibonacciMessageConverterTests {

	private final FibonacciMessageConverter converter = new FibonacciMessageConverter();

	@Test
	void replyThatIsNoNumberIsNamedByItsContentType() {
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.converter
				.fromMessage(reply("\u00ac\u00ed\u0000\u0005sr", "application/x-java-serialized-object")))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INTERNAL))
			.withMessage("the reply is no number but 6 bytes of content type application/x-java-serialized-object: "
					+ "'\\xac\\xed\\x00\\x05sr'");
	}

	@Test
	void contentTypeThatAPeerMadeUpIsEscapedAndCut() {
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.converter.fromMessage(reply("", "a\r\nb" + "c".repeat(200))))
			.withMessageContaining("of content type a\\x0d\\x0abccc")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(150));
	}

	@Test
	void replyWithoutAContentTypeIsSaidToHaveNone() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.converter.fromMessage(reply("ok", null)))
			.withMessage("the reply is no number but 2 bytes without a content type: 'ok'");
	}

	@SuppressWarnings("NullAway") // Replies without a content type come from the wire
	private Message reply(String body, @Nullable String contentType) {
		MessageProperties properties = new MessageProperties();
		properties.setContentType(contentType);
		return new Message(body.getBytes(StandardCharsets.ISO_8859_1), properties);
	}

}
