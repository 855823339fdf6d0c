package io.fibrpc.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import io.fibrpc.protocol.InvalidRequestException;
import io.fibrpc.server.FibonacciServerProperties.QueueType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FibonacciMessageConverter}.
 */
class FibonacciMessageConverterTests {

	private final FibonacciMessageConverter converter = new FibonacciMessageConverter(
			new FibonacciServerProperties(QueueType.QUORUM, 100_000, Duration.ZERO));

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "text/plain", "TEXT/PLAIN", "text/plain; charset=utf-8", "text/html",
			"application/octet-stream" })
	void fromMessageReadsDigitsOfEveryTutorialsContentType(@Nullable String contentType) {
		assertThat(this.converter.fromMessage(request("30", contentType, null))).isEqualTo(30);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "application/json", "application/x-java-serialized-object", "image/png", "text", "a\r\nb", "" })
	void fromMessageRefusesOtherContentTypes(String contentType) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.converter.fromMessage(request("30", contentType, null)))
			.withMessageStartingWith("the content type must be")
			.withMessageNotContaining("\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "deflate", "UTF-16", "Cp037", "no-such", "" })
	void fromMessageRefusesEncodedBodies(String encoding) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.converter.fromMessage(request("30", "text/plain", encoding)))
			.withMessageStartingWith("the content encoding must be");
	}

	@ParameterizedTest
	@ValueSource(strings = { "identity", "utf-8", "UTF-8", "us-ascii" })
	void fromMessageReadsEncodingsThatLeaveDigitsAsTheyAre(String encoding) {
		assertThat(this.converter.fromMessage(request("30", "text/plain", encoding))).isEqualTo(30);
	}

	@Test
	void fromMessageNeverDeserialises() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
			objects.writeObject(30);
		}
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.converter.fromMessage(new Message(bytes.toByteArray(), new MessageProperties())));
	}

	@Test
	void toMessageWritesDigits() {
		Message reply = this.converter.toMessage(BigInteger.TEN.pow(30), null);
		assertThat(reply.getBody()).asString(StandardCharsets.US_ASCII).isEqualTo("1" + "0".repeat(30));
		assertThat(reply.getMessageProperties().getContentType()).isEqualTo("text/plain");
		assertThat(reply.getMessageProperties().getContentEncoding()).isNull();
	}

	private Message request(String body, @Nullable String contentType, @Nullable String encoding) {
		MessageProperties properties = new MessageProperties();
		if (contentType != null) {
			properties.setContentType(contentType);
		}
		properties.setContentEncoding(encoding);
		return new Message(body.getBytes(StandardCharsets.US_ASCII), properties);
	}

}
