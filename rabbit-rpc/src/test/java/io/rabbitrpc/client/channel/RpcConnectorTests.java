package io.rabbitrpc.client.channel;

import java.net.ConnectException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.amqp.AmqpConnectException;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RpcConnector}. Most of them wait, so they run at the same time.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class RpcConnectorTests {

	private final FakeBroker broker = new FakeBroker();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2);

	private final RpcConnector connector = new RpcConnector(this.broker.connections(), (channel) -> "replies",
			this.scheduler, Runnable::run);

	@AfterEach
	void stop() {
		this.connector.stop();
		this.scheduler.shutdownNow();
	}

	private RpcException failure(CompletableFuture<RpcChannel> channel) throws Exception {
		try {
			channel.get(5, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RpcException outcome) {
				return outcome;
			}
			throw ex;
		}
		throw new AssertionError("There is a channel");
	}

	@Test
	void whileTheBrokerIsMissingCallsEndWithTheLastReason() throws Exception {
		this.broker.connectFailure = new AmqpConnectException(new ConnectException("refused"));
		this.connector.start();
		failure(this.connector.channel());
		long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
		int calls = 0;
		while (System.nanoTime() < end) {
			assertThat(failure(this.connector.channel())).hasMessageContaining("no broker at first:5672: refused");
			calls++;
		}
		assertThat(calls).isGreaterThan(100);
		// At once, after 200 ms, 400 ms and 800 ms
		assertThat(this.broker.connects.get()).isBetween(2, 4);
	}

	@Test
	void isConnectedAgainWhenTheBrokerIsBack() {
		this.broker.connectFailure = new AmqpConnectException(new ConnectException("refused"));
		this.connector.start();
		await().until(() -> this.broker.connects.get() >= 2);
		this.broker.connectFailure = null;
		await().until(() -> this.connector.openChannel() != null);
		assertThat(this.connector.problem()).isNull();
	}

	@Test
	void errorInAnAttemptIsFollowedByTheNext() throws Exception {
		this.broker.connectFailure = new OutOfMemoryError("for the test");
		this.connector.start();
		assertThat(failure(this.connector.channel()).status()).isEqualTo(RpcStatus.UNAVAILABLE);
		this.broker.connectFailure = null;
		await().until(() -> this.connector.openChannel() != null);
	}

	@Test
	void lostConnectionIsReplacedAtOnce() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		this.broker.lose("gone");
		await().atMost(Duration.ofSeconds(1)).until(() -> this.connector.openChannel() != null);
		assertThat(this.broker.connects).hasValue(2);
	}

	@Test
	void channelThatClosesAloneIsReplacedOnTheSameConnection() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		this.broker.lastChannel().refuse(404, "NOT_FOUND - no exchange 'x' in vhost '/'");
		await().until(() -> this.connector.openChannel() != null);
		assertThat(this.broker.connects).hasValue(1);
		assertThat(this.broker.channels).hasSize(2);
	}

	@Test
	void callAfterStopEndsAtOnceAndConnectsNothing() throws Exception {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		this.connector.stop();
		assertThat(failure(this.connector.channel())).hasMessage("the client is closed");
		assertThat(this.connector.openChannel()).isNull();
		assertThat(this.broker.lastChannel().isOpen()).isFalse();
		assertThat(this.broker.connects).hasValue(1);
	}

	@Test
	void callAfterTheEndOfTheSchedulerEndsAtOnce() throws Exception {
		this.scheduler.shutdownNow();
		assertThat(failure(this.connector.channel())).hasMessage("the client is closed");
		assertThat(failure(this.connector.channel())).hasMessage("the client is closed");
	}

	@Test
	void callsThatWaitForTheConnectionEndWithStop() throws Exception {
		CompletableFuture<Void> connecting = new CompletableFuture<>();
		RpcConnector slow = new RpcConnector(this.broker.connections(), (channel) -> {
			connecting.join();
			return "replies";
		}, this.scheduler, Runnable::run);
		CompletableFuture<RpcChannel> waiting = slow.channel();
		await().until(() -> !this.broker.channels.isEmpty());
		slow.stop();
		assertThat(failure(waiting)).hasMessage("the client is closed");
		connecting.complete(null);
		await().until(() -> !this.broker.lastChannel().isOpen());
		assertThat(slow.openChannel()).isNull();
	}

	@Test
	void canBeStartedAgain() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		this.connector.stop();
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
	}

	@Test
	void namesTheBrokerThatAnswered() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		assertThat(this.connector.broker()).isEqualTo("Fake 1 at second:5673");
	}

	@Test
	void channelOnWhichAllRequestsAreRefusedForTwoSecondsIsReplacedAndKeepsItsCalls() {
		RpcChannel nacking = open();
		TestCall waiting = call(nacking, "another");
		nack(nacking, "queue", 0);
		nack(nacking, "queue", 1_900);
		assertThat(this.broker.channels).hasSize(1);
		nack(nacking, "queue", 2_100);
		await().until(() -> this.connector.openChannel() != nacking);
		assertThat(this.broker.connects).hasValue(1);
		assertThat(waiting.isDone()).isFalse();
		assertThat(this.connector.pending()).contains(waiting);
		nacking.pending().forEach(RpcCall::cancel);
		await().until(() -> !nacking.isOpen());
		assertThat(this.connector.openChannel()).isNotNull();
		assertThat(this.connector.pending()).isEmpty();
	}

	@Test
	void replacedChannelThatTheBrokerDoesNotCloseLeavesTheConnectionToTheNextOne() {
		RpcChannel replaced = open();
		this.broker.answersClose = new CountDownLatch(1);
		RpcChannel next = nackUntilReplaced(replaced, "queue", 0);
		replaced.pending().forEach(RpcCall::cancel);
		TestCall waiting = call(next, "queue");
		await().during(Duration.ofMillis(2L * BoundedClose.MILLIS))
			.atMost(Duration.ofSeconds(5))
			.until(() -> !waiting.isDone() && replaced.isOpen());
		assertThat(this.broker.aborts).hasValue(0);
		this.broker.answersClose.countDown();
		await().until(() -> !replaced.isOpen());
		assertThat(this.connector.openChannel()).isSameAs(next);
	}

	@Test
	void requestThatTheBrokerTakesEndsARunOfRefusals() throws Exception {
		RpcChannel open = open();
		nack(open, "queue", 0);
		written(open, "queue");
		this.broker.lastChannel().confirm(1, false);
		nack(open, "queue", 2_100);
		assertThat(replaces(open)).isFalse();
	}

	@Test
	void replyEndsARunOfRefusals() throws Exception {
		RpcChannel open = open();
		nack(open, "queue", 0);
		TestCall call = written(open, "queue");
		this.broker.lastChannel().reply(call.id(), new byte[0]);
		nack(open, "queue", 2_100);
		assertThat(replaces(open)).isFalse();
	}

	@Test
	void requestsTakenByOneQueueDoNotResetTheRefusalsOfAnother() throws Exception {
		RpcChannel open = open();
		nack(open, "queue", 0);
		written(open, "another");
		this.broker.lastChannel().confirm(1, false);
		nack(open, "queue", 2_100);
		await().until(() -> this.connector.openChannel() != open);
	}

	@Test
	void queueThatGoesOnRefusingGetsNoOtherChannelAtOnceAndOtherQueuesDo() {
		RpcChannel first = open();
		RpcChannel second = nackUntilReplaced(first, "full", 0);
		nack(second, "full", 2_200);
		nack(second, "full", 4_300);
		assertThat(replaces(second)).isFalse();
		nackUntilReplaced(second, "queue", 4_300);
	}

	@Test
	void noFurtherChannelIsReplacedWhileCallsWaitOnThree() {
		RpcChannel current = open();
		for (int i = 0; i < 3; i++) {
			current = nackUntilReplaced(current, "queue-" + i, 0);
		}
		nack(current, "queue", 0);
		nack(current, "queue", 2_100);
		assertThat(replaces(current)).isFalse();
	}

	@Test
	void stopEndsCallsOnChannelsThatWereReplaced() {
		RpcChannel first = open();
		TestCall waiting = call(first, "another");
		nackUntilReplaced(first, "queue", 0);
		this.connector.stop();
		assertThat(waiting.outcome()).hasMessageContaining("the client was closed");
	}

	private RpcChannel open() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		return Objects.requireNonNull(this.connector.openChannel());
	}

	private TestCall call(RpcChannel channel, String queue) {
		TestCall call = new TestCall(new RequestAddress("", queue), Duration.ofMinutes(1));
		channel.publish(call, () -> {
		});
		return call;
	}

	private TestCall written(RpcChannel channel, String queue) {
		TestCall call = call(channel, queue);
		channel.write(call, (written) -> {
		});
		return call;
	}

	private void nack(RpcChannel channel, String queue, long millis) {
		this.connector.nacked(call(channel, queue), Duration.ofMillis(millis).toNanos());
	}

	// Opening another channel of this broker takes no time
	private boolean replaces(RpcChannel open) {
		await().pollDelay(Duration.ofMillis(100)).until(() -> true);
		return this.connector.openChannel() != open;
	}

	private RpcChannel nackUntilReplaced(RpcChannel open, String queue, long millis) {
		nack(open, queue, millis);
		nack(open, queue, millis + 2_100);
		await().until(() -> this.connector.openChannel() != open);
		return Objects.requireNonNull(this.connector.openChannel());
	}

	@Test
	void connectionOnWhichNothingIsHeardIsGivenUp() {
		TestCall call = publishedCall();
		this.connector.giveUpIfSilent(call);
		assertThat(this.broker.connectionOpen).isTrue();
		// Two heartbeats of a second
		await().atMost(Duration.ofSeconds(4)).until(() -> {
			this.connector.giveUpIfSilent(call);
			return call.isDone();
		});
		assertThat(call.outcome()).hasMessageContaining("aborted");
		assertThat(call.outcome().getCause()).isInstanceOf(ShutdownSignalException.class);
	}

	@Test
	void connectionIsGivenUpOnceHoweverManyCallsExpireUntilItEnds() {
		this.broker.stuck = true;
		TestCall call = publishedCall();
		await().atMost(Duration.ofSeconds(4)).until(() -> {
			this.connector.giveUpIfSilent(call);
			return this.broker.aborts.get() > 0;
		});
		for (int i = 0; i < 100; i++) {
			this.connector.giveUpIfSilent(call);
		}
		await().during(Duration.ofMillis(100)).until(() -> this.broker.aborts.get() == 1);
	}

	@Test
	void silenceOfTheBrokerGoesOnWhenAChannelIsReplaced() throws Exception {
		RpcChannel silent = open();
		written(silent, "queue");
		await().until(() -> silent.silence().toMillis() >= 100);
		RpcChannel next = nackUntilReplaced(silent, "queue", 0);
		this.broker.channels.get(0).nack(1);
		assertThat(next.silence()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
		this.broker.channels.get(0).confirm(1, false);
		assertThat(next.silence()).isZero();
	}

	@Test
	void lateNackDoesNotEndTheSilence() throws Exception {
		RpcChannel silent = open();
		for (int number = 1; number <= 3; number++) {
			written(silent, "queue");
			await().pollDelay(Duration.ofMillis(1_010)).until(() -> true);
		}
		this.broker.lastChannel().nack(1);
		assertThat(silent.silence()).isPositive();
		this.broker.lastChannel().nack(3);
		assertThat(silent.silence()).isZero();
	}

	private TestCall publishedCall() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		RpcChannel open = Objects.requireNonNull(this.connector.openChannel());
		TestCall call = new TestCall();
		open.publish(call, () -> open.write(call, (channel) -> {
		}));
		return call;
	}

}
