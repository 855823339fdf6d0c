package io.rabbitrpc.server.request;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestGuard}.
 */
class RequestGuardTests {

	private final RequestGuard guard = new RequestGuard(Set.of("rpc_queue", "rpc_dead_letters")::contains);

	@ParameterizedTest
	@ValueSource(strings = { "amq.gen-JzTY20BRgKO-HjmUJj0wLg",
			"amq.rabbitmq.reply-to.g1h2AA9yZXBseUAxMjM0NTY3ODkAAQIDBAUGBwgJCgs=.8PHy8/T19vf4+fr7/P3+/w==",
			"amq.rabbitmq.reply-to.g1h3B3JlcGx5QDEAAQIDBAUGBwgJCgs=.8PHy8/T19vf4+fr7/P3+/w==", "client.replies.4711",
			"rpc.reply.1", "rpc_queue2" })
	void namesOfQueuesAreLetThrough(String replyTo) {
		assertThat(refusal(replyTo)).isNull();
	}

	@ParameterizedTest
	@NullAndEmptySource
	void noReplyToIsRefused(@Nullable String replyTo) {
		assertThat(refusal(replyTo)).isEqualTo(DeadLetterReason.NO_REPLY_TO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nosuch/x", "amq.topic/x", "/x", "x/", "topic://amq.topic/x" })
	void exchangesAreRefused(String replyTo) {
		assertThat(refusal(replyTo)).isEqualTo(DeadLetterReason.EXCHANGE_IN_REPLY_TO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "amq.rabbitmq.reply-to", "amq.rabbitmq.reply-to/x", "amq.rabbitmq.reply-to.",
			"amq.rabbitmq.reply-to.g1h2", "amq.rabbitmq.reply-to.g1h2.", "amq.rabbitmq.reply-to.g1/x.a+b/c==",
			"amq.rabbitmq.reply-to.abcd.abcd", "amq.rabbitmq.reply-to.g1h3cmFiYml0QG5vd2hlcmU=.AAAA",
			"amq.rabbitmq.reply-to.g1h2.abcd.abcd", "amq.rabbitmq.reply-tox" })
	void forgedDirectReplyToIsRefused(String replyTo) {
		assertThat(refusal(replyTo)).isEqualTo(DeadLetterReason.FORGED_REPLY_TO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rpc_queue", "rpc_dead_letters" })
	void theServersOwnQueuesAreRefused(String replyTo) {
		assertThat(refusal(replyTo)).isEqualTo(DeadLetterReason.OWN_QUEUE);
	}

	@Test
	void namesThatCannotBeSentBackAreRefused() {
		assertThat(refusal("\ufffd".repeat(255))).isEqualTo(DeadLetterReason.NO_UTF8);
	}

	private @Nullable DeadLetterReason refusal(@Nullable String replyTo) {
		MessageProperties properties = new MessageProperties();
		properties.setReplyTo(replyTo);
		return this.guard.refuse(new Message(new byte[0], properties));
	}

}
