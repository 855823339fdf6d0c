package io.rabbitrpc.server.reply;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnsentReplies}.
 */
class UnsentRepliesTests {

	private final UnsentReplies replies = new UnsentReplies();

	private final Reply reply = reply();

	@Test
	void aReplyAtWhichTheBrokerCrashesIsSentAgainTwice() {
		for (int i = 0; i < 2; i++) {
			this.replies.addRefused("INTERNAL_ERROR", true, List.of(this.reply));
			assertThat(sent()).containsExactly(this.reply);
		}
		this.replies.addRefused("INTERNAL_ERROR", true, List.of(this.reply));
		assertThat(sent()).singleElement().satisfies(UnsentRepliesTests::isFailure);
	}

	@Test
	void aReplyThatTheBrokerRefusesIsReplacedAtOnce() {
		this.replies.addRefused("PRECONDITION_FAILED", false, List.of(this.reply));
		assertThat(sent()).singleElement().satisfies(UnsentRepliesTests::isFailure);
	}

	@Test
	void repliesThatAreRefusedTogetherAreSentAloneAgain() {
		List<Reply> together = List.of(this.reply, reply());
		this.replies.addRefused("PRECONDITION_FAILED", false, together);
		assertThat(sent()).containsExactly(this.reply);
		assertThat(sent()).containsExactly(together.get(1));
	}

	private List<Reply> sent() {
		List<Reply> sent = new ArrayList<>();
		this.replies.sendAgain((reply) -> false, sent::add);
		return sent;
	}

	private static Reply reply() {
		return new Reply("replies", new BasicProperties(), "5".getBytes(StandardCharsets.US_ASCII),
				Duration.ofMinutes(1), new ReplyObserver() {

					@Override
					public void taken(boolean replacement) {
						throw new IllegalStateException();
					}

					@Override
					public void failed() {
						// Each test looks at what is sent
					}

				});
	}

	private static void isFailure(Reply reply) {
		assertThat(reply.isReplacement()).isTrue();
		assertThat(new String(reply.body(), StandardCharsets.US_ASCII)).startsWith("error: the broker refused");
	}

}
