package io.rabbitrpc.client.call;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConversionException;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ReplyReader}.
 */
class ReplyReaderTests {

	@ParameterizedTest
	@CsvSource({ "INVALID_ARGUMENT, INVALID_ARGUMENT, false", "NOT_FOUND, NOT_FOUND, true", "INTERNAL, INTERNAL, true",
			"no such status, INTERNAL, true", "'', INTERNAL, true" })
	void failureHasStatusSentenceAndCodeWhateverTheConverter(String header, RpcStatus status, boolean mayHaveRun) {
		Message reply = reply("error: no such sku: x\n", "text/plain");
		reply.getMessageProperties().setHeader("x-rpc-status", header);
		reply.getMessageProperties().setHeader("x-rpc-code", "SKU-404");
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> ReplyReader.read(reply, (message) -> {
			throw new AssertionError("A failure is not converted");
		})).withMessage("no such sku: x\\x0a").satisfies((ex) -> {
			assertThat(ex.status()).isEqualTo(status);
			assertThat(ex.code()).isEqualTo("SKU-404");
			assertThat(ex.mayHaveRun()).isEqualTo(mayHaveRun);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "nicht verf\u00fcgbar", "\u5728\u5eab\u5207\u308c", "\u043d\u0435\u0442", "\ud83d\ude00",
			"50 \u20ac \\ 'a'" })
	void sentenceArrivesInWhateverLanguage(String sentence) {
		assertThat(sentenceOf(("error: " + sentence).getBytes(StandardCharsets.UTF_8))).isEqualTo(sentence);
	}

	@Test
	void sentenceHasNoControlCharacters() {
		String sentence = "error: \u00fc\r\n\u001b[31m\u009b\u2028\u202ex\u007f\u0000";
		assertThat(sentenceOf(sentence.getBytes(StandardCharsets.UTF_8)))
			.isEqualTo("\u00fc\\x0d\\x0a\\x1b[31m\\x9b\\u2028\\u202ex\\x7f\\x00");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "\u00fc", "\u20ac", "\ud83d\ude00" })
	void sentenceIsCut(String character) {
		byte[] longest = ("error: " + character.repeat(256)).getBytes(StandardCharsets.UTF_8);
		assertThat(sentenceOf(longest)).isEqualTo(character.repeat(256));
		for (int more = 1; more <= 1_000; more += 37) {
			byte[] longer = ("error: " + character.repeat(256 + more)).getBytes(StandardCharsets.UTF_8);
			assertThat(sentenceOf(longer)).isEqualTo(character.repeat(256) + "...");
		}
	}

	@Test
	void sentenceThatIsNoUtf8DoesNoHarm() {
		assertThat(sentenceOf(new byte[] { 'a', (byte) 0xFC, 'b', (byte) 0xC3 })).isEqualTo("a\ufffdb\ufffd");
		assertThat(sentenceOf(new byte[] { (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xC0, (byte) 0x8A }))
			.matches("\ufffd+");
		byte[] random = new byte[100_000];
		new Random(1).nextBytes(random);
		assertThat(sentenceOf(random)).hasSizeLessThan(256 * 10).doesNotContainPattern("\\p{Cntrl}");
		assertThat(sentenceOf(new byte[0])).isEmpty();
	}

	private static String sentenceOf(byte[] body) {
		MessageProperties properties = new MessageProperties();
		properties.setHeader("x-rpc-status", "INTERNAL");
		RpcException ex = catchThrowableOfType(RpcException.class,
				() -> ReplyReader.read(new Message(body, properties), (message) -> message));
		return String.valueOf(ex.getMessage());
	}

	@Test
	void invalidCodeIsLeftOut() {
		Message reply = reply("error: x", null);
		reply.getMessageProperties().setHeader("x-rpc-status", "ABORTED");
		reply.getMessageProperties().setHeader("x-rpc-code", "two words");
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> ReplyReader.read(reply, (message) -> message))
			.satisfies((ex) -> assertThat(ex.code()).isNull());
	}

	@Test
	void replyWithoutAStatusHasAValue() {
		assertThat(ReplyReader.<Integer>read(reply("55", null), (message) -> message.getBody().length)).isEqualTo(2);
	}

	@Test
	void replyThatCannotBeConvertedIsNamedByItsContentType() {
		assertUnreadable(reply("\u00ac\u00ed\u0000\u0005sr", "application/x-java-serialized-object"))
			.withMessage("no number: 6 bytes of content type application/x-java-serialized-object: "
					+ "'\\xac\\xed\\x00\\x05sr'");
	}

	@Test
	void contentTypeThatAPeerMadeUpIsEscapedAndCut() {
		assertUnreadable(reply("", "a\r\nb" + "c".repeat(200))).withMessageContaining("of content type a\\x0d\\x0abccc")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(150));
	}

	@Test
	void messageSaysThatAReplyHasNoContentType() {
		assertUnreadable(reply("ok", null)).withMessage("no number: 2 bytes without a content type: 'ok'");
	}

	private static ThrowableAssertAlternative<RpcException> assertUnreadable(Message reply) {
		return assertThatExceptionOfType(RpcException.class).isThrownBy(() -> ReplyReader.read(reply, (message) -> {
			throw new MessageConversionException("no number");
		})).satisfies((ex) -> {
			assertThat(ex.status()).isEqualTo(RpcStatus.INTERNAL);
			assertThat(ex.mayHaveRun()).isTrue();
		});
	}

	@SuppressWarnings("NullAway") // Replies without a content type come from the wire
	private static Message reply(String body, @Nullable String contentType) {
		MessageProperties properties = new MessageProperties();
		properties.setContentType(contentType);
		return new Message(body.getBytes(StandardCharsets.ISO_8859_1), properties);
	}

}
