package io.fibrpc.protocol;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WireNumbers}.
 */
class WireNumbersTests {

	@ParameterizedTest
	@CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = { "30,30", "0,0", "007,7", "100000,100000",
			"00000000000000000030,30", "' 30',30", "'30\n',30", "'\t30\r\n',30" })
	void readRequestTakesAsciiDigitsWithWhiteSpaceAround(String body, int n) {
		assertThat(WireNumbers.readRequest(bytes(body), 100_000)).isEqualTo(n);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n", "abc", "-1", "-0", "+7", "1.0", "1e3", "0x10", "1_000", "NaN", "--1", "1 2",
			"100001", "99999999999999999999", "000000000000000000030", "{\"n\":7}", "\"7\"", "[7]", "7\0", "\0007",
			"\u0667", "\uff17", "\u00a07", "\ufeff7", "7\u2028", "7\u000b" })
	void readRequestRefusesEverythingElse(String body) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> WireNumbers.readRequest(bytes(body), 100_000))
			.withMessageStartingWith("n ")
			.withMessageContaining("0 to 100000");
	}

	@Test
	void readRequestRefusesBytesThatAreNoDigitsInAnyEncoding() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> WireNumbers.readRequest(new byte[] { (byte) 0xF3, (byte) 0xF0 }, 100))
			.withMessageEndingWith("'\\xf3\\xf0'");
	}

	@Test
	@Timeout(value = 1, threadMode = ThreadMode.SEPARATE_THREAD)
	void readRequestRefusesMegabytesByTheirLength() {
		byte[] body = "1".repeat(10_000_000).getBytes(StandardCharsets.US_ASCII);
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> WireNumbers.readRequest(body, 100))
			.withMessageContaining("10000000 bytes");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 18, 1_023, 1_024, 1_025, 2_048, 2_049, 20_899 })
	void readReplyIsExactForEveryLength(int digits) {
		BigInteger value = new BigInteger("1234567890".repeat(2_090).substring(0, digits));
		assertThat(WireNumbers.readReply(WireNumbers.write(value))).isEqualTo(value);
	}

	@Test
	@Tag("slow")
	void readReplyReadsTheLargestBodyInSeconds() {
		byte[] body = "7".repeat(WireNumbers.MAX_REPLY_BYTES).getBytes(StandardCharsets.US_ASCII);
		// Processor time, whatever else the machine does
		ThreadMXBean thread = ManagementFactory.getThreadMXBean();
		long begun = thread.getCurrentThreadCpuTime();
		BigInteger value = WireNumbers.readReply(body);
		assertThat(Duration.ofNanos(thread.getCurrentThreadCpuTime() - begun)).isLessThan(Duration.ofSeconds(20));
		assertThat(value.mod(BigInteger.TEN.pow(9))).isEqualTo(777_777_777);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-5", "error: no", "1.5005e+21", "None", "\u0667" })
	void isReplyRefusesWhatIsNoNumber(String body) {
		assertThat(WireNumbers.isReply(bytes(body))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "832040", "832040\n" })
	void isReplyAcceptsDigits(String body) {
		assertThat(WireNumbers.isReply(bytes(body))).isTrue();
	}

	@Test
	void isReplyRefusesWhatIsTooLong() {
		byte[] body = "7".repeat(WireNumbers.MAX_REPLY_BYTES + 1).getBytes(StandardCharsets.US_ASCII);
		assertThat(WireNumbers.isReply(body)).isFalse();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
