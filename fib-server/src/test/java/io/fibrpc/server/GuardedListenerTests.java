package io.fibrpc.server;

import java.io.IOException;

import com.rabbitmq.client.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpIOException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.core.RabbitOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link GuardedListener}.
 */
class GuardedListenerTests {

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final RabbitOperations replies = mock();

	private final Channel channel = mock();

	private final GuardedListener listener = new GuardedListener(this::answer, new RequestGuard(),
			new DeadLetters(this.replies), this.replies, new RequestsInWork(), new ServerMetrics(this.registry));

	private @Nullable Channel answeredOn;

	@Test
	void aFailedReplyConnectionIsCountedAndTheRequestAnsweredOnItsOwn() throws Exception {
		given(this.replies.execute(any())).willThrow(new AmqpIOException(new IOException("reset")));
		given(this.channel.isOpen()).willReturn(true);
		this.listener.onMessage(request(), this.channel);
		assertThat(this.answeredOn).isSameAs(this.channel);
		assertThat(this.registry.get("fib.server.reply.failures").counter().count()).isOne();
		assertThat(this.registry.get("fib.server.requests").tag("status", "OK").timer().count()).isOne();
	}

	@Test
	void aRequestThatWillBeDeliveredAgainIsNotCountedAsAnswered() throws Exception {
		given(this.replies.execute(any())).willThrow(new AmqpIOException(new IOException("reset")));
		this.listener.onMessage(request(), this.channel);
		assertThat(this.answeredOn).isNull();
		assertThat(this.registry.get("fib.server.reply.failures").counter().count()).isOne();
		assertThat(this.registry.get("fib.server.requests").tag("status", "OK").timer().count()).isZero();
	}

	private void answer(Message request, @Nullable Channel replyChannel) {
		this.answeredOn = replyChannel;
		Outcome.OK.noteOn(request);
	}

	private Message request() {
		MessageProperties properties = new MessageProperties();
		properties.setReplyTo("replies");
		return new Message(new byte[0], properties);
	}

}
