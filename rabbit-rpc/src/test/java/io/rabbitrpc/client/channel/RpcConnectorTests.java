package io.rabbitrpc.client.channel;

import java.net.ConnectException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpConnectException;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RpcConnector}.
 */
class RpcConnectorTests {

	private final FakeBroker broker = new FakeBroker();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2);

	private final RpcConnector connector = new RpcConnector(this.broker.connections(), (channel) -> "replies",
			this.scheduler);

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
	void whileTheBrokerIsAwayCallsEndWithTheLastReasonAndConnectNothing() throws Exception {
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
		}, this.scheduler);
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
	void channelOnWhichRequestsAreRefusedWithoutACauseForTwoSecondsIsReplacedAndKeepsItsCalls() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		RpcChannel refused = Objects.requireNonNull(this.connector.openChannel());
		TestCall waiting = new TestCall();
		refused.publish(waiting, () -> {
		}, Runnable::run);
		this.connector.nackedWithoutCause();
		assertThat(this.broker.channels).hasSize(1);
		await().pollInterval(Duration.ofMillis(200)).atMost(Duration.ofSeconds(4)).until(() -> {
			this.connector.nackedWithoutCause();
			return this.connector.openChannel() != refused;
		});
		assertThat(this.broker.connects).hasValue(1);
		assertThat(waiting.isDone()).isFalse();
		waiting.cancel();
		await().until(() -> !refused.isOpen());
		assertThat(this.connector.openChannel()).isNotNull();
	}

	@Test
	void singleRefusalsReplaceNoChannel() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		this.connector.nackedWithoutCause();
		await().pollDelay(Duration.ofMillis(2_100)).until(() -> true);
		this.connector.nackedWithoutCause();
		assertThat(this.broker.channels).hasSize(1);
	}

	@Test
	void connectionOnWhichNothingIsHeardIsGivenUp() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
		RpcChannel open = Objects.requireNonNull(this.connector.openChannel());
		TestCall call = new TestCall();
		open.publish(call, () -> open.write(call, (channel) -> {
		}), Runnable::run);
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

}
