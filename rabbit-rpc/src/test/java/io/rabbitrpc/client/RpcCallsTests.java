package io.rabbitrpc.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.FakeBroker;
import io.rabbitrpc.client.channel.FakeBroker.Request;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.queue.BlockedDelays;
import io.rabbitrpc.client.queue.RequestQueueMonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RpcCalls}, by {@link RpcTemplate} and {@link RpcClient}.
 */
class RpcCallsTests {

	private static final byte[] LARGE = new byte[4 * 1024];

	private final FakeBroker broker = new FakeBroker();

	private final CallThreads threads = new CallThreads();

	private final RpcConnector connector = new RpcConnector(this.broker.connections(), (channel) -> "replies",
			this.threads.scheduler(), this.threads.requests());

	private volatile CallObserver observer = CallObserver.NONE;

	private final RpcCalls calls = new RpcCalls(this.connector,
			new RequestQueueMonitor(this.connector, false, this.threads.scheduler()), 1, this.threads,
			(address) -> this.observer.start(address));

	private final RpcTemplate template = new RpcTemplate(this.calls, TestProperties.of(Map.of()), new TestConverter());

	private final RpcClient client = new DefaultRpcClient(this.calls, new TestConverter(), TestProperties.of(Map.of()),
			Duration.ofMinutes(1));

	@BeforeEach
	void start() {
		this.template.setReplyTimeout(60_000);
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
	}

	@AfterEach
	void stop() {
		this.connector.stop();
		this.threads.close();
	}

	private CompletableFuture<String> call(Duration deadline) {
		return this.client.queue("queue").deadline(deadline).callAsync("question", String.class);
	}

	private void reply(byte[] body) throws IOException {
		Request request = this.broker.lastChannel().requests.get(this.broker.lastChannel().requests.size() - 1);
		this.broker.lastChannel().reply(request.properties().getCorrelationId(), body);
	}

	// The answer comes as soon as the question was asked
	private void answer(byte[] body) {
		CompletableFuture.runAsync(() -> {
			await().pollInterval(Duration.ofMillis(5)).until(() -> !this.broker.lastChannel().requests.isEmpty());
			try {
				reply(body);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private static RpcException outcome(CompletableFuture<?> call) {
		await().until(call::isDone);
		Throwable failure = call.handle((value, ex) -> ex).join();
		assertThat(failure).isInstanceOf(RpcException.class);
		return (RpcException) failure;
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "86400001", "9223372036854775807", "soon" })
	void deadlineOutOfBoundsIsRefusedAndTakesNoPlace(String expiration) {
		Message request = MessageBuilder.withBody(new byte[0]).setExpiration(expiration).build();
		RpcException ex = catchThrowableOfType(RpcException.class,
				() -> this.template.sendAndReceive("", "queue", request));
		assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT);
		assertThat(ex).hasMessageStartingWith("the deadline must be");
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void deadlineThatNoNumberHoldsIsRefused() {
		assertThat(outcome(call(Duration.ofSeconds(Long.MAX_VALUE))))
			.hasMessageStartingWith("the deadline must be 1 ms or more and 1 day or less");
	}

	@Test
	void callWhoseQueueTheBrokerDoesNotTellOfEndsInTimeWhateverElseTheJvmDelays() throws Throwable {
		this.broker.leavesQuestionsUnanswered = true;
		BlockedDelays.during(() -> {
			long start = System.nanoTime();
			assertThat(outcome(call(Duration.ofMillis(100)))).hasMessageContaining("no reply within 100 ms");
			CompletableFuture<String> blocking = new CompletableFuture<>();
			Thread caller = new Thread(() -> blocking.completeAsync(
					() -> this.client.queue("queue").deadline(Duration.ofMillis(100)).call("question", String.class),
					Runnable::run));
			caller.setDaemon(true);
			caller.start();
			await().until(blocking::isDone);
			assertThat(blocking).isCompletedExceptionally();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		});
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void stateFromBeforeTheConfirmIsNotSaidOfTheRequest() {
		FakeBroker.FakeChannel channel = this.broker.lastChannel();
		this.broker.beforeAnswer = () -> {
			try {
				channel.confirm(1, false);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		};
		assertThat(outcome(call(Duration.ofMillis(100))))
			.hasMessage("no reply within 100 ms: the broker confirmed the request later");
	}

	@Test
	void callAfterStopEndsAtOnceAndLeavesNoPlaceTaken() {
		this.connector.stop();
		this.threads.close();
		for (int i = 0; i < 3; i++) {
			assertThat(outcome(call(Duration.ofMinutes(1)))).hasMessage("the client is closed");
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> this.template.convertSendAndReceive("", "queue", "question"))
				.withMessage("the client is closed");
		}
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void cancelledCallsLeaveNothingForTheScheduler() {
		for (int i = 0; i < 100; i++) {
			call(Duration.ofMinutes(1)).cancel(false);
		}
		assertThat(this.calls.inFlight()).isZero();
		assertThat(this.threads.scheduler())
			.asInstanceOf(InstanceOfAssertFactories.type(ScheduledThreadPoolExecutor.class))
			.satisfies((scheduler) -> assertThat(scheduler.getQueue()).hasSizeLessThan(5));
	}

	@Test
	void observerThatThrowsDoesNotPreventTheOutcome() throws IOException {
		this.observer = (address) -> new CallObserver.Attempt() {

			@Override
			public void ended(@Nullable Message reply, @Nullable Throwable failure) {
				throw new IllegalStateException("for the test");
			}

		};
		CompletableFuture<String> value = call(Duration.ofMinutes(1));
		reply("answer".getBytes(StandardCharsets.UTF_8));
		assertThat(value).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("answer");
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void errorWhileAReplyIsReadIsItsOutcome() throws IOException {
		CompletableFuture<String> value = call(Duration.ofMinutes(1));
		reply("error".getBytes(StandardCharsets.UTF_8));
		assertThat(value).failsWithin(5, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.withCauseInstanceOf(StackOverflowError.class);
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void failureIsDeliveredOnAThreadForCallbacks() {
		CompletableFuture<String> thread = call(Duration.ofMillis(100))
			.handle((value, failure) -> Thread.currentThread().getName());
		assertThat(thread).succeedsWithin(5, TimeUnit.SECONDS).asString().startsWith("rpc-callback-");
	}

	@Test
	void blockedCallbacksHoldUpNoRequests() throws Exception {
		CountDownLatch opening = new CountDownLatch(1);
		CountDownLatch blocking = new CountDownLatch(16);
		CountDownLatch end = new CountDownLatch(1);
		CompletableFuture<String> sender = new CompletableFuture<>();
		RpcConnector slow = new RpcConnector(this.broker.connections(), (channel) -> {
			awaitLatch(opening);
			return "replies";
		}, this.threads.scheduler(), this.threads.requests());
		RpcClient many = client(slow, 100, (address) -> new CallObserver.Attempt() {

			@Override
			public void sending(Message request) {
				sender.complete(Thread.currentThread().getName());
			}

		});
		slow.start();
		try {
			for (int i = 0; i < 16; i++) {
				many.queue("queue")
					.deadline(Duration.ofMillis(1))
					.callAsync("question", String.class)
					.whenComplete((value, failure) -> {
						blocking.countDown();
						awaitLatch(end);
					});
			}
			assertThat(blocking.await(5, TimeUnit.SECONDS)).isTrue();
			many.queue("queue").deadline(Duration.ofMinutes(1)).callAsync("question", String.class);
			opening.countDown();
			assertThat(sender).succeedsWithin(5, TimeUnit.SECONDS).asString().startsWith("rpc-request-");
		}
		finally {
			opening.countDown();
			end.countDown();
			slow.stop();
		}
	}

	private RpcClient client(RpcConnector connected, int limit, CallObserver observed) {
		RpcCalls made = new RpcCalls(connected, new RequestQueueMonitor(connected, false, this.threads.scheduler()),
				limit, this.threads, observed);
		return new DefaultRpcClient(made, new TestConverter(), TestProperties.of(Map.of()), Duration.ofMinutes(1));
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void waitingOnTheThreadThatReadsRepliesIsRefused() throws IOException {
		CompletableFuture<String> first = call(Duration.ofMinutes(1));
		CompletableFuture<Object> blocking = first
			.thenApply((value) -> this.template.convertSendAndReceive("", "queue", "another"));
		reply("answer".getBytes(StandardCharsets.UTF_8));
		assertThat(blocking).failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.havingCause()
			.isInstanceOfSatisfying(RpcException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.FAILED_PRECONDITION));
		CompletableFuture<String> second = call(Duration.ofMinutes(1));
		CompletableFuture<String> joining = second.thenApply((value) -> call(Duration.ofMinutes(1)).join());
		reply("answer".getBytes(StandardCharsets.UTF_8));
		assertThat(joining).failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.withMessageContaining("this is the thread that reads replies");
	}

	@Test
	void largeReplyIsReadOnAnotherThread() throws IOException {
		AtomicReference<String> thread = new AtomicReference<>();
		CompletableFuture<Void> value = call(Duration.ofMinutes(1))
			.thenAccept((answer) -> thread.set(Thread.currentThread().getName()));
		reply(LARGE);
		assertThat(value).succeedsWithin(5, TimeUnit.SECONDS);
		assertThat(thread.get()).startsWith("rpc-reader-");
	}

	@Test
	void replyThatIsReadTooLateIsDeadlineExceededForAsynchronousCalls() throws IOException {
		CompletableFuture<String> value = call(Duration.ofMillis(300));
		byte[] slow = LARGE.clone();
		slow[0] = 's';
		reply(slow);
		RpcException ex = outcome(value);
		assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
		assertThat(ex).hasMessage("the reply came, but was not read within 300 ms");
	}

	@Test
	void replyThatIsReadTooLateIsDeadlineExceededForBlockingCalls() {
		byte[] slow = LARGE.clone();
		slow[0] = 's';
		answer(slow);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.template.convertSendAndReceive("", "queue", "question", (request) -> {
				RpcTemplate.setDeadline(request, Duration.ofMillis(300));
				return request;
			}))
			.withMessage("the reply came, but was not read within 300 ms");
	}

	@Test
	void blockingCallReturnsItsReply() {
		answer("answer".getBytes(StandardCharsets.UTF_8));
		assertThat(this.template.convertSendAndReceive("", "queue", "question")).isEqualTo("answer");
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void postProcessorThatThrowsIsTheOutcomeAndLeavesNoPlaceTaken() {
		this.template.setBeforePublishPostProcessors((message) -> {
			throw new IllegalStateException("for the test");
		});
		RpcException ex = catchThrowableOfType(RpcException.class,
				() -> this.template.convertSendAndReceive("", "queue", "question"));
		assertThat(ex.status()).isEqualTo(RpcStatus.INTERNAL);
		assertThat(ex).hasMessage("the request could not be made: for the test");
		assertThat(ex.mayHaveRun()).isFalse();
		assertThat(this.calls.inFlight()).isZero();
	}

	/**
	 * Converts text, slowly if it begins with an s.
	 */
	private static final class TestConverter implements MessageConverter {

		@Override
		public Message toMessage(Object text, MessageProperties properties) {
			return new Message(text.toString().getBytes(StandardCharsets.UTF_8), properties);
		}

		@Override
		public Object fromMessage(Message message) {
			String text = new String(message.getBody(), StandardCharsets.UTF_8);
			if (text.equals("error")) {
				throw new StackOverflowError("for the test");
			}
			if (text.startsWith("s")) {
				await().pollDelay(Duration.ofMillis(700)).until(() -> true);
			}
			return text;
		}

	}

}
