package io.rabbitrpc.server.reply;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReplyLimit}.
 */
class ReplyLimitTests {

	private static final String TOO_LARGE = "PRECONDITION_FAILED - message size 2000 is larger than configured max size 1000";

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final ReplyLimit limit = new ReplyLimit(this.now::get);

	@Test
	void noReplyIsTooLargeAtFirst() {
		assertThat(this.limit.problem(Integer.MAX_VALUE)).isNull();
	}

	@Test
	void theBrokersSizeIsTheLimit() {
		this.limit.learn(TOO_LARGE);
		assertThat(this.limit.problem(1000)).isNull();
		assertThat(this.limit.problem(1001)).isEqualTo("the reply has 1001 bytes, the broker accepts 1000");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "CHANNEL_ERROR - expected 'channel.open'",
			"PRECONDITION_FAILED - message size 2000 is larger than configured max size many",
			"PRECONDITION_FAILED - message size 2 is larger than configured max size 9999999999999999999" })
	void otherReasonsNameNoExchange(String closeText) {
		this.limit.learn(closeText);
		assertThat(this.limit.problem(Integer.MAX_VALUE)).isNull();
	}

	@Test
	void aMinuteLaterItIsForgotten() {
		this.limit.learn(TOO_LARGE);
		this.now.addAndGet(Duration.ofMinutes(1).toNanos());
		assertThat(this.limit.problem(1001)).isNotNull();
		this.now.incrementAndGet();
		assertThat(this.limit.problem(1001)).isNull();
		this.limit.learn(TOO_LARGE);
		assertThat(this.limit.problem(1001)).isNotNull();
	}

}
