package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.FakeBroker.FakeChannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RpcChannel}.
 */
@Tag("slow")
class RpcChannelTests {

	private static final String REFUSED = "ACCESS_REFUSED - access to exchange '%s' in vhost 'v' refused for user 'u'";

	private final FakeBroker broker = new FakeBroker();

	private RpcChannel channel;

	@BeforeEach
	void open() throws IOException {
		this.channel = RpcChannel.open(this.broker.connection(), this.broker, Runnable::run, (opened) -> "replies",
				new StrayReplies(), (closed, cause) -> {
				});
	}

	private TestCall publish(TestCall call) {
		this.channel.publish(call, () -> this.channel.write(call, (target) -> target
			.basicPublish(call.address().exchange(), call.address().routingKey(), true, null, new byte[0])));
		return call;
	}

	private FakeChannel wire() {
		return this.broker.lastChannel();
	}

	@Test
	void callThatHasEndedIsNotSentAndSurelyHasNotRun() {
		TestCall call = new TestCall();
		call.fail(RpcStatus.DEADLINE_EXCEEDED, "too late", null);
		publish(call);
		assertThat(wire().requests).isEmpty();
		assertThat(call.outcome().mayHaveRun()).isFalse();
	}

	@Test
	void callThatEndsWhileItsRequestIsWrittenMayHaveRun() {
		TestCall call = new TestCall();
		this.channel.publish(call,
				() -> this.channel.write(call, (target) -> call.fail(RpcStatus.DEADLINE_EXCEEDED, "too late", null)));
		assertThat(call.outcome().mayHaveRun()).isTrue();
	}

	@Test
	void callWaitsForRoomAndIsThenSent() {
		this.broker.stopReading();
		TestCall call = publish(new TestCall());
		assertThat(wire().requests).isEmpty();
		assertThat(call.mayHaveRun()).isFalse();
		this.broker.readAgain();
		assertThat(wire().requests).hasSize(1);
	}

	@Test
	void threadWaitsForAnotherWriteOnlyUntilTheDeadlineOfItsCall() {
		CountDownLatch slow = new CountDownLatch(1);
		CompletableFuture<Void> writing = writeSlowly(slow);
		TestCall call = new TestCall("", Duration.ofMillis(200));
		try {
			assertThat(run(() -> publish(call))).succeedsWithin(Duration.ofSeconds(2));
		}
		finally {
			slow.countDown();
		}
		assertThat(writing).succeedsWithin(Duration.ofSeconds(5));
		assertThat(call.mayHaveRun()).isFalse();
		assertThat(wire().requests).isEmpty();
	}

	@Test
	void interruptEndsNoWaitForAnotherWrite() throws Exception {
		CountDownLatch slow = new CountDownLatch(1);
		writeSlowly(slow);
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			publish(new TestCall());
			interrupted.complete(Thread.currentThread().isInterrupted());
		});
		caller.start();
		await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		caller.interrupt();
		slow.countDown();
		assertThat(interrupted).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(true);
		assertThat(wire().requests).hasSize(1);
	}

	private CompletableFuture<Void> writeSlowly(CountDownLatch slow) {
		TestCall call = new TestCall();
		CompletableFuture<Void> writing = run(() -> this.channel.publish(call,
				() -> this.channel.write(call, (target) -> await().until(() -> slow.getCount() == 0))));
		await().until(call::mayHaveRun);
		return writing;
	}

	private static CompletableFuture<Void> run(Runnable task) {
		return CompletableFuture.runAsync(task, (command) -> new Thread(command).start());
	}

	@Test
	void callThatWaitsForRoomEndsWithTheConnectionAndSurelyHasNotRun() {
		this.broker.stopReading();
		TestCall call = publish(new TestCall());
		this.broker.lose("gone");
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
		assertThat(call.outcome().mayHaveRun()).isFalse();
		this.broker.readAgain();
		assertThat(wire().requests).isEmpty();
	}

	@Test
	void lossOfTheConnectionEndsCallsThatMayHaveRun() {
		TestCall call = publish(new TestCall());
		this.broker.lose("gone");
		assertThat(call.outcome()).hasMessageContaining("gone");
		assertThat(call.outcome().mayHaveRun()).isTrue();
	}

	@Test
	void refusalEndsTheCallToTheNamedExchangeAndTheOthersMayHaveRun() {
		List<TestCall> others = IntStream.range(0, 20).mapToObj((i) -> publish(new TestCall())).toList();
		TestCall refused = publish(new TestCall("forbidden", Duration.ofMinutes(1)));
		wire().refuse(403, REFUSED.formatted("forbidden"));
		assertThat(refused.outcome().status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
		assertThat(refused.outcome().mayHaveRun()).isFalse();
		assertThat(others).allSatisfy((other) -> {
			assertThat(other.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
			assertThat(other.outcome().mayHaveRun()).isTrue();
		});
	}

	@Test
	void ofSeveralCallsToTheNamedExchangeOnlyTheLastSurelyHasNotRun() {
		TestCall first = publish(new TestCall());
		TestCall last = publish(new TestCall());
		wire().refuse(403, REFUSED.formatted("amq.default"));
		assertThat(first.outcome().status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
		assertThat(first.outcome().mayHaveRun()).isTrue();
		assertThat(last.outcome().status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
		assertThat(last.outcome().mayHaveRun()).isFalse();
	}

	@Test
	void afterARefusalThatMayConcernAnEndedCallAnyCallMayHaveRun() {
		TestCall first = publish(new TestCall());
		publish(new TestCall()).fail(RpcStatus.DEADLINE_EXCEEDED, "too late", null);
		wire().refuse(403, REFUSED.formatted("amq.default"));
		assertThat(first.outcome().mayHaveRun()).isTrue();
	}

	@Test
	void refusalWithoutAnExchangeConcernsTheOnlyCallOrNone() throws IOException {
		TestCall only = publish(new TestCall());
		wire().refuse(406, "PRECONDITION_FAILED - message size 9 is larger than configured max size 8");
		assertThat(only.outcome().status()).isEqualTo(RpcStatus.INVALID_ARGUMENT);
		assertThat(only.outcome().mayHaveRun()).isFalse();
		open();
		List<TestCall> two = List.of(publish(new TestCall()), publish(new TestCall()));
		wire().refuse(406, "PRECONDITION_FAILED - message size 9 is larger than configured max size 8");
		assertThat(two).allSatisfy((call) -> {
			assertThat(call.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
			assertThat(call.outcome().mayHaveRun()).isTrue();
		});
	}

	@Test
	void confirmedCallIsNotRefused() throws IOException {
		TestCall call = publish(new TestCall());
		wire().confirm(1, false);
		wire().refuse(403, REFUSED.formatted("amq.default"));
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
		assertThat(call.outcome().mayHaveRun()).isTrue();
	}

	@Test
	void endedCallsLeaveNothingThoughTheBrokerConfirmsNone() throws IOException {
		for (int i = 0; i < 72_000; i++) {
			publish(new TestCall()).fail(RpcStatus.DEADLINE_EXCEEDED, "too late", null);
		}
		assertThat(this.channel.pending()).isEmpty();
		assertThat(this.channel.unconfirmed()).isZero();
		TestCall last = publish(new TestCall());
		wire().confirm(72_001, true);
		assertThat(last.isAccepted()).isTrue();
	}

	@Test
	void numbersStayThoseOfTheBrokerWhenARequestCannotBeWritten() throws IOException {
		wire().publishFailure = new IllegalArgumentException("Short string too long");
		TestCall unwritable = publish(new TestCall());
		assertThat(unwritable.outcome().status()).isEqualTo(RpcStatus.INVALID_ARGUMENT);
		assertThat(unwritable.outcome().mayHaveRun()).isFalse();
		assertThat(this.broker.connectionOpen).isTrue();
		wire().publishFailure = null;
		TestCall next = publish(new TestCall());
		wire().confirm(1, false);
		assertThat(next.isAccepted()).isTrue();
	}

	@Test
	void writeThatFailsGivesUpTheConnectionThoughItSaysThatItIsOpen() {
		wire().publishFailure = new IOException("Socket closed");
		TestCall call = publish(new TestCall());
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.UNAVAILABLE);
		await().until(() -> !this.broker.connectionOpen);
	}

	@Test
	void channelThatCannotBeMadeReadyIsClosed() {
		this.broker.consumeFailure = new IOException("no answer");
		assertThatIOException().isThrownBy(this::open);
		assertThat(wire().isOpen()).isFalse();
	}

	@Test
	void replyEndsItsCallAndNoOther() throws IOException {
		TestCall one = publish(new TestCall());
		TestCall other = publish(new TestCall());
		wire().reply(one.id(), new byte[] { 7 });
		assertThat(one.reply()).isNotNull();
		assertThat(other.isDone()).isFalse();
	}

}
