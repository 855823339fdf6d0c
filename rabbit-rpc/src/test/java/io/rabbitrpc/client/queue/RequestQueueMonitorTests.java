package io.rabbitrpc.client.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.FakeBroker;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcChannel;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.channel.TestCall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RequestQueueMonitor}.
 */
class RequestQueueMonitorTests {

	private final FakeBroker broker = new FakeBroker();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2);

	private final RpcConnector connector = new RpcConnector(this.broker.connections(), (channel) -> "replies",
			this.scheduler, Runnable::run);

	// The time when the last call began, until the test moves it on
	private final AtomicLong now = new AtomicLong(System.nanoTime());

	private final List<String> questions = new CopyOnWriteArrayList<>();

	private final Map<String, QueueState> answers = new ConcurrentHashMap<>();

	private final RequestQueueMonitor monitor = monitor(true);

	private int published;

	private RequestQueueMonitor monitor(boolean failFast) {
		return new RequestQueueMonitor(this.connector, failFast, this.scheduler,
				new QueueStates(this::ask, this.scheduler, this.now::get), this.now::get);
	}

	private CompletableFuture<QueueState> ask(String queue) {
		this.questions.add(queue);
		QueueState answer = this.answers.get(queue);
		return (answer != null) ? CompletableFuture.completedFuture(answer)
				: CompletableFuture.failedFuture(new IOException("no answer"));
	}

	@BeforeEach
	void connect() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
	}

	@AfterEach
	void stop() {
		this.connector.stop();
		this.scheduler.shutdownNow();
	}

	private TestCall call(RequestAddress address, boolean taken) throws IOException {
		TestCall call = new TestCall(address, Duration.ofMinutes(1));
		this.now.set(System.nanoTime());
		RpcChannel channel = Objects.requireNonNull(this.connector.openChannel());
		channel.publish(call, () -> channel.write(call, (target) -> target.basicPublish(address.exchange(),
				address.routingKey(), true, new BasicProperties(), new byte[0])));
		this.published++;
		if (taken) {
			this.broker.lastChannel().confirm(this.published, false);
			await().until(call::isAccepted);
		}
		return call;
	}

	private TestCall call(String queue) throws IOException {
		return call(new RequestAddress("", queue), true);
	}

	private void assertNothingIsAsked() {
		await().during(Duration.ofMillis(200)).until(this.questions::isEmpty);
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toNanos());
	}

	@Test
	void nothingIsAskedForCallsThatAreAnsweredAtOnce() throws IOException {
		this.answers.put("dead", new QueueState("dead", 1, 0));
		TestCall call = call("dead");
		this.monitor.watch();
		assertNothingIsAsked();
		pass(Duration.ofMillis(101));
		this.monitor.watch();
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
		assertThat(this.questions).containsExactly("dead");
	}

	@Test
	void aQueueThatNobodyConsumesEndsItsOwnCallsOnly() throws IOException {
		this.answers.put("dead", new QueueState("dead", 1, 0));
		this.answers.put("alive", new QueueState("alive", 5, 1));
		TestCall first = call("dead");
		TestCall second = call("dead");
		TestCall other = call("alive");
		pass(Duration.ofSeconds(1));
		this.monitor.watch();
		assertThat(first.outcome()).hasMessageContaining("no server is consuming dead");
		assertThat(second.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
		await().until(() -> this.questions.contains("alive"));
		assertThat(other.isDone()).isFalse();
		assertThat(this.questions).containsExactlyInAnyOrder("dead", "alive");
	}

	@Test
	void callsThatMayWaitForAServerAreNotEnded() throws IOException {
		this.answers.put("dead", new QueueState("dead", 1, 0));
		TestCall call = call("dead");
		pass(Duration.ofSeconds(1));
		monitor(false).watch();
		await().until(() -> this.questions.contains("dead"));
		assertThat(call.isDone()).isFalse();
	}

	@Test
	void aServerMayStillWorkWhereNothingWaits() throws IOException {
		this.answers.put("empty", new QueueState("empty", 0, 0));
		TestCall call = call("empty");
		pass(Duration.ofSeconds(1));
		this.monitor.watch();
		await().until(() -> this.questions.contains("empty"));
		assertThat(call.isDone()).isFalse();
	}

	@Test
	void theClientAsksOnlyForQueuesWithConfirmedRequests() throws IOException {
		TestCall unconfirmed = call(new RequestAddress("", "q"), false);
		TestCall routed = call(new RequestAddress("exchange", "key"), true);
		pass(Duration.ofSeconds(1));
		this.monitor.watch();
		assertNothingIsAsked();
		assertThat(unconfirmed.isDone()).isFalse();
		assertThat(routed.isDone()).isFalse();
	}

	@Test
	void nothingIsAskedForACallWhoseRequestHasExpired() throws IOException {
		TestCall call = call("expired");
		pass(call.timeout());
		this.monitor.watch();
		assertNothingIsAsked();
	}

	@Test
	void aQuestionWithoutAnAnswerEndsNoCall() throws IOException {
		TestCall call = call("silent");
		pass(Duration.ofSeconds(1));
		this.monitor.watch();
		await().until(() -> this.questions.contains("silent"));
		assertThat(call.isDone()).isFalse();
		this.answers.put("silent", QueueState.missing("silent"));
		pass(Duration.ofSeconds(1));
		this.monitor.watch();
		assertThat(call.outcome()).hasMessageContaining("there is no queue silent");
	}

	@Test
	void itLooksByItselfOnceItIsStartedAndNoMoreOnceItIsStopped() throws IOException {
		this.answers.put("dead", new QueueState("dead", 1, 0));
		this.monitor.start();
		assertThat(this.monitor.isRunning()).isTrue();
		TestCall call = call("dead");
		pass(Duration.ofSeconds(1));
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
		this.monitor.stop();
		assertThat(this.monitor.isRunning()).isFalse();
		assertThat(this.scheduler.getQueue()).allMatch((task) -> ((Future<?>) task).isCancelled());
	}

}
