package io.rabbitrpc.server.request;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

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

	@ParameterizedTest
	@CsvSource({ "2000,INVALID_ARGUMENT,the body is too large (2000 bytes)",
			"-2000,RESOURCE_EXHAUSTED,the bodies that wait in the server leave no room for this one (2000 bytes)" })
	void aDroppedBodyIsRefused(long dropped, RpcStatus status, String sentence) {
		RpcException outcome = Objects
			.requireNonNull(RequestGuard.bodyFailure(request(Map.of(RpcHeaders.DROPPED, dropped))));
		assertThat(outcome).hasMessage(sentence);
		assertThat(outcome.status()).isEqualTo(status);
		assertThat(outcome.mayHaveRun()).isFalse();
	}

	@Test
	void aBodyThatIsHereIsTaken() {
		assertThat(RequestGuard.bodyFailure(request(Map.of()))).isNull();
	}

	private static Message request(Map<String, Object> headers) {
		MessageProperties properties = new RequestPropertiesConverter(new RequestAges(), RequestProperties::new)
			.toMessageProperties(new BasicProperties.Builder().headers(headers).build(), null,
					StandardCharsets.UTF_8.name());
		return new Message(new byte[0], properties);
	}

	private @Nullable DeadLetterReason refusal(@Nullable String replyTo) {
		MessageProperties properties = new MessageProperties();
		properties.setReplyTo(replyTo);
		return this.guard.deadLetterReason(new Message(new byte[0], properties));
	}

}
