package io.fibrpc.client;

import java.nio.charset.StandardCharsets;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.support.converter.MessageConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FibonacciMessageConverter}.
 */
class FibonacciMessageConverterTests {

	private final FibonacciMessageConverter converter = new FibonacciMessageConverter();

	@ParameterizedTest
	@ValueSource(strings = { "", "ok", "-1", "1.5", "\u00ac\u00ed\u0000\u0005sr" })
	void replyThatIsNoNumberIsNotConverted(String body) {
		Message reply = new Message(body.getBytes(StandardCharsets.ISO_8859_1));
		assertThatExceptionOfType(MessageConversionException.class).isThrownBy(() -> this.converter.fromMessage(reply))
			.withMessage("the reply is not a number");
	}

	@Test
	void numberBelowZeroIsInvalid() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.converter.toMessage(-1, null))
			.withMessage("n must be 0 or more, not -1")
			.extracting(RpcException::status)
			.isEqualTo(RpcStatus.INVALID_ARGUMENT);
	}

	@Test
	void replyIsItsNumber() {
		assertThat(this.converter.fromMessage(new Message("55".getBytes(StandardCharsets.US_ASCII)))).isEqualTo(55);
	}

}
