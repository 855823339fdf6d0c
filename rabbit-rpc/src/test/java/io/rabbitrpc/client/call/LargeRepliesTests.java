package io.rabbitrpc.client.call;

import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LargeReplies}.
 */
class LargeRepliesTests {

	private final LargeReplies replies = new LargeReplies(10_000);

	private static Message reply(int bytes) {
		return new Message(new byte[bytes]);
	}

	@Test
	void holdsNoMoreThanThereIsPlaceFor() {
		assertThat(this.replies.hold(reply(6_000))).isTrue();
		assertThat(this.replies.hold(reply(6_000))).isFalse();
		this.replies.release(reply(6_000));
		assertThat(this.replies.hold(reply(6_000))).isTrue();
	}

	@Test
	void holdsTheOnlyReplyOfAnySize() {
		assertThat(this.replies.hold(reply(20_000))).isTrue();
		assertThat(this.replies.hold(reply(5_000))).isFalse();
	}

	@Test
	void smallRepliesAreNotCounted() {
		assertThat(this.replies.hold(reply(20_000))).isTrue();
		assertThat(this.replies.hold(reply(100))).isTrue();
		assertThat(LargeReplies.isLarge(reply(LargeReplies.LARGE_BYTES))).isTrue();
	}

}
