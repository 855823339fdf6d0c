package io.rabbitrpc.client.queue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.CacheMode;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.queue.CallingClient.Replies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link RequestQueueMonitor} and {@link CallDiagnosis} know of queues, in
 * each reply mode.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
abstract class RequestQueueMonitorContractTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

	private final Replies replies;

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private Connection connection;

	private CallingClient client;

	RequestQueueMonitorContractTests(Replies replies) {
		this.replies = replies;
		this.connection = this.virtualHost.connect();
		this.client = client(true, CacheMode.CHANNEL);
	}

	private CallingClient client(boolean failFast, CacheMode cacheMode) {
		return new CallingClient(this.virtualHost, this.replies, failFast, cacheMode);
	}

	private void restart(boolean failFast, CacheMode cacheMode) {
		this.client.close();
		this.client = client(failFast, cacheMode);
	}

	@BeforeEach
	void declareQueues() throws IOException {
		restart(true, CacheMode.CHANNEL);
		this.connection.close();
		this.connection = this.virtualHost.connect();
		Channel channel = this.connection.createChannel();
		for (String queue : List.of("served", "unserved")) {
			channel.queueDelete(queue);
			channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
		}
	}

	@AfterAll
	void close() {
		this.client.close();
		this.later.shutdownNow();
		this.virtualHost.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 50, 100, 200, 1_000 })
	void noServerIsUnavailableWhateverTheDeadline(int millis) {
		connect();
		long start = System.nanoTime();
		RpcException ex = outcome(this.client.call("unserved", Duration.ofMillis(millis)));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(millis + 250));
		assertThat(ex).hasMessageContaining("no server is consuming unserved");
		assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE);
		assertThat(ex.mayHaveRun()).isTrue();
	}

	@Test
	void waitingForAServerEndsWithAMessageThatThereIsNone() {
		restart(false, CacheMode.CHANNEL);
		connect();
		RpcException ex = outcome(this.client.call("unserved", Duration.ofMillis(600)));
		assertThat(ex).hasMessage("no reply within 600 ms: no server is consuming unserved, where 1 request waits");
		assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
	}

	@Test
	void callsToAQueueThatNobodyConsumesEndNoOtherCalls() throws Exception {
		serve("served", Duration.ofMillis(900));
		List<CompletableFuture<String>> values = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			values.add(this.client.call("served", LONG));
			CompletableFuture<String> unserved = this.client.call("unserved", LONG);
			assertThat(outcome(unserved)).hasMessageContaining("no server is consuming unserved");
		}
		for (CompletableFuture<String> value : values) {
			assertThat(value.get(10, TimeUnit.SECONDS)).isEqualTo("reply");
		}
	}

	@Test
	void serverThatHasJustComeGetsTheCall() throws Exception {
		for (int i = 0; i < 3; i++) {
			assertThat(outcome(this.client.call("served", LONG)).status()).isEqualTo(RpcStatus.UNAVAILABLE);
			Channel server = serve("served", Duration.ofMillis(400));
			assertThat(this.client.call("served", LONG).get(10, TimeUnit.SECONDS)).isEqualTo("reply");
			server.close();
			this.connection.createChannel().queuePurge("served");
		}
	}

	@Test
	void serverThatStopsConsumingWhileItWorksMayStillAnswer() throws Exception {
		Channel channel = this.connection.createChannel();
		DeliverCallback deliver = (tag, request) -> {
			channel.basicCancel(tag);
			this.later.schedule(() -> answer(channel, request.getProperties()), 900, TimeUnit.MILLISECONDS);
		};
		channel.basicConsume("served", true, deliver, (tag) -> {
		});
		assertThat(this.client.call("served", LONG).get(10, TimeUnit.SECONDS)).isEqualTo("reply");
	}

	@Test
	void moreCallsAskTheBrokerNoMoreOften() throws Exception {
		serve("served", Duration.ofSeconds(60));
		long start = System.nanoTime();
		for (int round = 0; round < 10; round++) {
			List<CompletableFuture<String>> calls = Stream
				.generate(() -> this.client.call("served", Duration.ofMillis(20)))
				.limit(1_000)
				.toList();
			calls.forEach((call) -> assertThat(outcome(call).status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED));
		}
		long elapsed = Duration.ofNanos(System.nanoTime() - start).toMillis();
		assertThat(this.client.questions()).isPositive().isLessThanOrEqualTo((int) (elapsed / 50) + 1);
	}

	@Test
	void callsThatAreAnsweredAtOnceAskTheBrokerNothing() throws Exception {
		serve("served", Duration.ZERO);
		for (int i = 0; i < 300; i++) {
			this.client.call("served", LONG).get(10, TimeUnit.SECONDS);
		}
		// On a busy machine a call may have waited for longer
		assertThat(this.client.questions()).isLessThan(10);
	}

	@Test
	void requestThatWaitsForABusyServerIsToldAsWaiting() throws Exception {
		Channel channel = this.connection.createChannel();
		channel.basicQos(1);
		CountDownLatch taken = new CountDownLatch(1);
		channel.basicConsume("served", false, (tag, request) -> taken.countDown(), (tag) -> {
		});
		CompletableFuture<String> first = this.client.call("served", LONG);
		assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
		// A busy broker may need a second for its confirm. The request must not expire
		// before the broker is asked after that
		assertThat(outcome(this.client.call("served", Duration.ofSeconds(4))))
			.hasMessage("no reply within 4000 ms: in served 1 request waits for 1 consumer");
		assertThat(first).isNotDone();
	}

	@Test
	void requestThatAPolicyDroppedIsNotSaidToBeAtAServer() throws Exception {
		this.virtualHost.setPolicy("short", "^(un)?served$", "{\"message-ttl\":20}", "quorum_queues");
		Channel channel = this.connection.createChannel();
		channel.basicQos(1);
		channel.basicConsume("served", false, (tag, request) -> {
		}, (tag) -> {
		});
		channel.basicPublish("", "served", null, new byte[0]);
		connect();
		assertThat(outcome(this.client.call("served", Duration.ofMillis(800)))).hasMessage("no reply within 800 ms: "
				+ "served has 1 consumer and nothing waiting: a server has the request, or it was dropped");
		assertThat(outcome(this.client.call("unserved", Duration.ofMillis(800))))
			.hasMessage("no server is consuming unserved");
		this.virtualHost.broker().rabbitmqctl("clear_policy", "-p", this.virtualHost.name(), "short");
	}

	// RabbitMQ 3.10 does this to a channel only sometimes, so a server of the test does
	// it
	@Test
	void requestsThatVanishAreSentOnAnotherChannelAndCallsThatWaitGoOn() throws Exception {
		Channel channel = this.connection.createChannel();
		List<BasicProperties> requests = new CopyOnWriteArrayList<>();
		channel.basicConsume("served", true, (tag, request) -> requests.add(request.getProperties()), (tag) -> {
		});
		CompletableFuture<String> waiting = this.client.call("served", LONG);
		await().until(() -> !requests.isEmpty());
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			outcome(this.client.call("served", Duration.ofMillis(200)));
			return requests.stream().map(BasicProperties::getReplyTo).distinct().count() == 2;
		});
		answer(channel, requests.get(0));
		assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo("reply");
		CompletableFuture<String> next = this.client.call("served", LONG);
		await().until(() -> requests.get(requests.size() - 1).getExpiration().length() > 3);
		answer(channel, requests.get(requests.size() - 1));
		assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo("reply");
	}

	@Test
	void callToAnotherExchangeHasNoKnownQueue() throws Exception {
		Channel channel = this.connection.createChannel();
		channel.exchangeDeclare("orders", "direct");
		channel.queueBind("unserved", "orders", "new");
		RpcException ex = outcome(this.client.call("orders", "new", Duration.ofMillis(700)));
		assertThat(ex).hasMessage("no reply within 700 ms to exchange orders with routing key new");
		assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
		assertThat(this.client.questions()).isZero();
	}

	@Test
	void missingQueueEndsOnlyTheCallsToIt() throws Exception {
		serve("served", Duration.ofMillis(900));
		CompletableFuture<String> value = this.client.call("served", LONG);
		// Asking for a missing queue closes the channel on which it is asked
		for (int i = 0; i < 5; i++) {
			assertThat(this.client.monitor().state("missing").get(5, TimeUnit.SECONDS))
				.isEqualTo(new QueueState("missing", -1, 0));
			assertThat(this.client.monitor().state("served").get(5, TimeUnit.SECONDS))
				.isEqualTo(new QueueState("served", 0, 1));
		}
		assertThat(value.get(10, TimeUnit.SECONDS)).isEqualTo("reply");
	}

	@Test
	void fullQueueIsSaidToBePossiblyFull() throws Exception {
		fullQueue();
		RpcException ex = outcome(this.client.call("full", LONG));
		assertThat(ex.getMessage())
			.matches("the broker refused the request: full may be full, \\d+ requests wait in it");
		assertThat(ex.status()).isEqualTo(RpcStatus.RESOURCE_EXHAUSTED);
		// A queue that has crashed with requests in it looks the same
		assertThat(ex.mayHaveRun()).isTrue();
	}

	// It looks the same as a queue that refuses the messages of one channel
	@Test
	void callsToAQueueThatStaysFullGetOneOtherChannelAndCallsToOthersGoOn() throws Exception {
		fullQueue();
		serve("served", Duration.ofMillis(2_500));
		CompletableFuture<String> value = this.client.call("served", LONG);
		Duration start = Duration.ofNanos(System.nanoTime());
		await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(6)).until(() -> {
			assertThat(outcome(this.client.call("full", LONG)).status()).isEqualTo(RpcStatus.RESOURCE_EXHAUSTED);
			return Duration.ofNanos(System.nanoTime()).minus(start).toMillis() > 4_500;
		});
		assertThat(this.client.channels()).isEqualTo(2);
		assertThat(value.get(5, TimeUnit.SECONDS)).isEqualTo("reply");
	}

	private void fullQueue() throws IOException {
		this.virtualHost.setPolicy("full", "^full$", "{\"max-length\":1,\"overflow\":\"reject-publish\"}",
				"quorum_queues");
		Channel channel = this.connection.createChannel();
		channel.queueDeclare("full", true, false, false, Map.of("x-queue-type", "quorum"));
		for (int i = 0; i < 10; i++) {
			channel.basicPublish("", "full", null, new byte[0]);
		}
		await().until(() -> this.virtualHost.queue("full").ready() > 1);
	}

	@Test
	void callThatWasLetThroughJustBeforeTheBrokerTookNoMoreIsUnavailable() {
		TestBroker broker = this.virtualHost.broker();
		broker.rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
		try {
			// The alarm comes soon after the command. RabbitMQ says that it blocks the
			// connection when it gets the next request
			await().untilAsserted(() -> assertThat(outcome(this.client.call("served", LONG)))
				.hasMessageContaining("the broker takes no requests"));
			CompletableFuture<String> call = this.client.letThrough();
			await().atMost(Duration.ofSeconds(1)).until(call::isDone);
			assertThat(outcome(call)).hasMessageContaining("the broker takes no requests")
				.extracting("status")
				.isEqualTo(RpcStatus.UNAVAILABLE);
		}
		finally {
			broker.rabbitmqctl("set_vm_memory_high_watermark", "0.6");
		}
	}

	@Test
	void askingOpensNoConnection() throws Exception {
		restart(true, CacheMode.CONNECTION);
		serve("served", Duration.ofMillis(1_500));
		CompletableFuture<String> value = this.client.call("served", LONG);
		await().until(() -> this.client.questions() >= 3);
		assertThat(this.virtualHost.broker()
			.rabbitmqctl("list_connections", "-q", "--no-table-headers", "vhost", "name")
			.lines()
			.filter((line) -> line.startsWith(this.virtualHost.name()))).hasSize(2);
		assertThat(value.get(10, TimeUnit.SECONDS)).isEqualTo("reply");
	}

	// Connects first, so that the test measures only the call
	private void connect() {
		outcome(this.client.call("missing", LONG));
	}

	private RpcException outcome(CompletableFuture<String> call) {
		CompletionException ex = catchThrowableOfType(CompletionException.class,
				() -> call.orTimeout(10, TimeUnit.SECONDS).join());
		assertThat(ex).hasCauseInstanceOf(RpcException.class);
		return (RpcException) Objects.requireNonNull(ex.getCause());
	}

	private Channel serve(String queue, Duration work) throws IOException {
		Channel channel = this.connection.createChannel();
		DeliverCallback deliver = (tag, request) -> this.later.schedule(() -> answer(channel, request.getProperties()),
				work.toMillis(), TimeUnit.MILLISECONDS);
		channel.basicConsume(queue, true, deliver, (tag) -> {
		});
		return channel;
	}

	private @Nullable Void answer(Channel channel, BasicProperties request) throws IOException {
		channel.basicPublish("", request.getReplyTo(),
				new BasicProperties.Builder().correlationId(request.getCorrelationId())
					.contentType("text/plain")
					.build(),
				"reply".getBytes(StandardCharsets.US_ASCII));
		return null;
	}

}
