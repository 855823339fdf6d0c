package io.rabbitrpc.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.observation.RpcClientObservationAutoConfiguration;
import io.rabbitrpc.client.observation.RpcWireListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RpcWireListener}.
 */
@Tag("broker")
class RpcWireListenerTests {

	@RegisterExtension
	static final AnsweredQueue queue = new AnsweredQueue();

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<BasicProperties> properties = new CopyOnWriteArrayList<>();

	private void run(RpcWireListener listener, ReplyMode mode, Consumer<RpcClient> calls) {
		queue.client()
			.withConfiguration(AutoConfigurations.of(RpcClientObservationAutoConfiguration.class))
			.withPropertyValues("rabbit.rpc.client.reply-mode=" + mode)
			.withBean(RpcWireListener.class, () -> listener)
			.run((context) -> calls.accept(context.getBean(RpcClient.class)));
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void wireListenersSeeMessagesAsTheyAreOnTheWire(ReplyMode mode) {
		queue.reply(Map.of("x-rpc-server", "one", "x-rpc-unknown", 7, "region", "west"));
		run(Recorded::new, mode, (client) -> {
			assertThat(client.queue(AnsweredQueue.NAME).header("tenant", "north").call(30, Integer.class)).isOne();
			assertThat(client.queue(AnsweredQueue.NAME).callAsync(31, Integer.class).join()).isOne();
			await().until(() -> this.events.stream().filter("confirmed"::equals).count() == 2);
		});
		queue.reply(Map.of());
		BasicProperties request = queue.requests().remove();
		queue.requests().clear();
		assertThat(this.events.get(0)).isEqualTo("request :quotes 30");
		assertThat(this.events).filteredOn((event) -> !event.equals("confirmed"))
			.containsExactly("request :quotes 30", "reply 1", "ended null", "request :quotes 31", "reply 1",
					"ended null");
		assertThat(this.properties.get(0)).satisfies((sent) -> {
			assertThat(sent.getCorrelationId()).isEqualTo(request.getCorrelationId()).isEqualTo(sent.getMessageId());
			assertThat(sent.getExpiration()).isEqualTo(request.getExpiration());
			assertThat(sent.getReplyTo()).isNotNull();
			assertThat(sent.getHeaders()).containsOnlyKeys("tenant");
			assertThat(sent.getPriority()).isNull();
		});
		assertThat(this.properties.get(1).getHeaders()).containsOnlyKeys("x-rpc-server", "x-rpc-unknown", "region");
	}

	@Test
	void failureIsDeliveredOnce() {
		run(Recorded::new, ReplyMode.DIRECT, (client) -> assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> client.queue("no_such_queue").call(1, Integer.class)));
		assertThat(this.events).filteredOn((event) -> !event.equals("confirmed"))
			.containsExactly("request :no_such_queue 1", "ended there is no queue no_such_queue");
	}

	@Test
	void listenersThatThrowOrIgnoreEventsChangeNoCall() {
		run((destination) -> null, ReplyMode.DIRECT, this::assertAnswered);
		run((destination) -> {
			throw new IllegalStateException("start");
		}, ReplyMode.DIRECT, this::assertAnswered);
		run((destination) -> {
			throw new AssertionError("start");
		}, ReplyMode.DIRECT, this::assertAnswered);
		run((destination) -> new Throwing(IllegalStateException::new), ReplyMode.DIRECT, this::assertAnswered);
		run((destination) -> new Throwing(AssertionError::new), ReplyMode.DIRECT, this::assertAnswered);
	}

	private void assertAnswered(RpcClient client) {
		for (int i = 0; i < 3; i++) {
			assertThat(client.queue(AnsweredQueue.NAME).call(1, Integer.class)).isOne();
			assertThat(client.queue(AnsweredQueue.NAME).callAsync(1, Integer.class).join()).isOne();
		}
		// Always the same channel, because each channel has a reply address of its own
		assertThat(queue.requests()).hasSize(6)
			.extracting(BasicProperties::getReplyTo)
			.containsOnly(queue.requests().element().getReplyTo());
		queue.requests().clear();
	}

	/**
	 * Throws at each event.
	 *
	 * @param failure makes the exception
	 */
	private record Throwing(Function<String, Throwable> failure) implements RpcWireListener.Attempt {

		@Override
		public void requested(String exchange, String routingKey, BasicProperties sent, byte[] body) {
			fail("requested");
		}

		@Override
		public void confirmed() {
			fail("confirmed");
		}

		@Override
		public void replied(BasicProperties received, byte[] body) {
			fail("replied");
		}

		@Override
		public void ended(@Nullable Throwable failed) {
			fail("ended");
		}

		private void fail(String event) {
			Throwable thrown = this.failure.apply(event);
			if (thrown instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) thrown;
		}

	}

	/**
	 * Records the events of an attempt.
	 */
	private final class Recorded implements RpcWireListener.Attempt {

		Recorded(String destination) {
			assertThat(destination).isNotEmpty();
		}

		@Override
		public void requested(String exchange, String routingKey, BasicProperties sent, byte[] body) {
			RpcWireListenerTests.this.properties.add(sent);
			RpcWireListenerTests.this.events
				.add("request %s:%s %s".formatted(exchange, routingKey, new String(body, StandardCharsets.UTF_8)));
		}

		@Override
		public void confirmed() {
			RpcWireListenerTests.this.events.add("confirmed");
		}

		@Override
		public void replied(BasicProperties received, byte[] body) {
			RpcWireListenerTests.this.properties.add(received);
			RpcWireListenerTests.this.events.add("reply " + new String(body, StandardCharsets.UTF_8));
		}

		@Override
		public void ended(@Nullable Throwable failure) {
			RpcWireListenerTests.this.events.add("ended " + ((failure != null) ? failure.getMessage() : null));
		}

	}

}
