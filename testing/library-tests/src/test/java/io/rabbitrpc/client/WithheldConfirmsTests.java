package io.rabbitrpc.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.observation.RpcClientObservationAutoConfiguration;
import io.rabbitrpc.client.observation.RpcWireListener;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of requests that are answered although RabbitMQ does not confirm them.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class WithheldConfirmsTests {

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private static final Duration DEADLINE = Duration.ofMillis(500);

	private static final Duration LONG_SILENCE = Duration.ofMillis(1100);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final AtomicInteger confirms = new AtomicInteger();

	private final AtomicReference<@Nullable String> ignored = new AtomicReference<>();

	private TcpProxy proxy;

	@BeforeAll
	void serve() throws IOException {
		Channel channel = this.virtualHost.connect().createChannel();
		for (String queue : List.of("served", "silent", "late")) {
			channel.queueDeclare(queue, true, false, false, null);
		}
		// It keeps no request, not even until the broker has noticed that it has expired
		channel.queueDeclare("unserved", true, false, false, Map.of("x-message-ttl", 0));
		channel.basicConsume("served", true, (tag, request) -> reply(channel, request.getProperties()), (tag) -> {
		});
		channel.basicConsume("late", true, (tag, request) -> {
			String replyTo = request.getProperties().getReplyTo();
			this.ignored.compareAndSet(null, replyTo);
			if (!replyTo.equals(this.ignored.get())) {
				reply(channel, request.getProperties());
			}
		}, (tag) -> {
		});
		channel.basicConsume("silent", true, (tag, request) -> {
		}, (tag) -> {
		});
	}

	private static void reply(Channel channel, BasicProperties asked) throws IOException {
		channel.basicPublish("", asked.getReplyTo(),
				new BasicProperties.Builder().correlationId(asked.getCorrelationId())
					.contentType("application/json")
					.build(),
				new byte[] { '1' });
	}

	@BeforeEach
	void withhold() {
		this.proxy = TcpProxy.to(TestBroker.shared());
		this.proxy.withholdConfirms();
		this.confirms.set(0);
		this.ignored.set(null);
	}

	@AfterEach
	void closeProxy() {
		this.proxy.close();
	}

	@AfterAll
	void close() {
		this.virtualHost.close();
	}

	private ApplicationContextRunner client(ReplyMode mode) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RabbitAutoConfiguration.class, RpcConnectionAutoConfiguration.class,
							RpcClientAutoConfiguration.class, RpcClientObservationAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(RpcWireListener.class, () -> (destination) -> new RpcWireListener.Attempt() {

				@Override
				public void confirmed() {
					WithheldConfirmsTests.this.confirms.incrementAndGet();
				}

			})
			.withPropertyValues("rabbit.rpc.client.reply-mode=" + mode, "rabbit.rpc.client.deadline=" + DEADLINE,
					"spring.rabbitmq.requested-heartbeat=" + HEARTBEAT);
		for (var setting : this.virtualHost.springProperties(this.proxy).entrySet()) {
			runner = runner.withPropertyValues(setting.getKey() + "=" + setting.getValue());
		}
		return runner;
	}

	private static RpcClient connected(ApplicationContext context) {
		RpcClient client = context.getBean(RpcClient.class);
		assertThat(served(client).call(1, Integer.class)).isOne();
		return client;
	}

	// The first call also connects, and any call may take long on a busy machine
	private static RpcClient.CallSpec served(RpcClient client) {
		return client.queue("served").deadline(Duration.ofSeconds(20));
	}

	private static RpcException failure(RpcClient client, String queue) {
		return catchThrowableOfType(RpcException.class, () -> client.queue(queue).call(1, Integer.class));
	}

	private static double ended(ApplicationContext context, String queue, RpcStatus status) {
		return context.getBean(MeterRegistry.class)
			.get("rabbit.rpc.client.calls")
			.tags("queue", queue, "status", status.name())
			.timer()
			.count();
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void callsHaveTheirValuesAndNothingIsLeftOfThem(ReplyMode mode) {
		client(mode).run((context) -> {
			RpcClient client = connected(context);
			long begun = System.nanoTime();
			int calls = 0;
			while (System.nanoTime() - begun < HEARTBEAT.multipliedBy(2).toNanos()) {
				assertThat(served(client).call(1, Integer.class)).isOne();
				assertThat(served(client).callAsync(1, Integer.class).join()).isOne();
				calls += 2;
			}
			assertThat(ended(context, "served", RpcStatus.OK)).isEqualTo(calls + 1);
			assertThat(context.getBean(RpcConnector.class).callsWaiting()).isZero();
			// Other calls are answered, so one call without an answer must not cause
			// another connection
			CompletableFuture<Integer> unanswered = client.queue("silent").callAsync(1, Integer.class);
			while (!unanswered.isDone()) {
				assertThat(served(client).call(1, Integer.class)).isOne();
			}
			assertThat(served(client).call(1, Integer.class)).isOne();
			assertThat(this.confirms).hasValue(0);
			assertThat(this.proxy.connectionsTaken()).isOne();
		});
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void callsWithoutReplySayThatTheirRequestsAreNotConfirmed(ReplyMode mode) {
		client(mode).run((context) -> {
			RpcClient client = connected(context);
			RpcException silent = catchThrowableOfType(RpcException.class,
					() -> client.queue("silent").deadline(LONG_SILENCE).call(1, Integer.class));
			assertThat(silent).message()
				.matches("no reply within 1100 ms: the broker has confirmed no request for 1\\d{3} ms");
			assertThat(silent.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
			assertThat(silent.mayHaveRun()).isTrue();
			// RabbitMQ confirms nothing, but answers questions
			RpcException unserved = failure(client, "unserved");
			assertThat(unserved)
				.hasMessage("no server is consuming unserved, and the broker has not confirmed the request");
			assertThat(unserved.status()).isEqualTo(RpcStatus.UNAVAILABLE);
			assertThat(failure(client, "missing")).hasMessage("there is no queue missing");
			assertThat(ended(context, "silent", RpcStatus.DEADLINE_EXCEEDED)).isOne();
			assertThat(ended(context, "unserved", RpcStatus.UNAVAILABLE)).isOne();
			this.proxy.restore();
			// Replies to earlier calls come too late, and no other call may get them
			failure(client, "silent");
			assertThat(this.confirms).hasValue(1);
			assertThat(served(client).call(1, Integer.class)).isOne();
			await().until(() -> this.confirms.get() == 2);
			assertThat(this.proxy.connectionsTaken()).isOne();
		});
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void aChannelWhoseRequestsAreNeitherConfirmedNorAnsweredInTimeIsReplaced(ReplyMode mode) {
		client(mode).run((context) -> {
			RpcClient client = connected(context);
			// Only requests of another channel than the first are answered
			assertThat(failure(client, "late")).hasMessageContaining("has not confirmed the request");
			await().atMost(Duration.ofSeconds(10)).until(() -> {
				// The broker is not silent, so the connection must stay
				assertThat(served(client).call(1, Integer.class)).isOne();
				return client.queue("late").callAsync(1, Integer.class).handle((value, ex) -> value != null).join();
			});
			assertThat(this.confirms).hasValue(0);
			assertThat(this.proxy.connectionsTaken()).isOne();
		});
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void aRefusedRequestIsTakenForNoOther(ReplyMode mode) {
		client(mode).run((context) -> {
			RpcClient client = connected(context);
			List<CompletableFuture<Integer>> others = IntStream.range(0, 20)
				.mapToObj((i) -> client.queue("silent").deadline(Duration.ofSeconds(20)).callAsync(i, Integer.class))
				.toList();
			RpcException refused = catchThrowableOfType(RpcException.class,
					() -> client.exchange("no.such.exchange", "key").call(1, Integer.class));
			assertThat(refused).hasMessageContaining("no exchange 'no.such.exchange'");
			assertThat(refused.mayHaveRun()).isFalse();
			for (CompletableFuture<Integer> other : others) {
				CompletionException ended = catchThrowableOfType(CompletionException.class, other::join);
				assertThat(ended.getCause()).isInstanceOfSatisfying(RpcException.class, (ex) -> {
					assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE);
					assertThat(ex).hasMessageContaining("was lost while waiting for the reply");
					assertThat(ex.mayHaveRun()).isTrue();
				});
			}
		});
	}

}
