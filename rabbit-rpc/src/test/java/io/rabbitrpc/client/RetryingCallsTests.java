package io.rabbitrpc.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClientProperties.Retry;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.RequestWriter;
import io.rabbitrpc.client.call.RpcRequest;
import io.rabbitrpc.client.channel.RequestAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RetryingCalls} with attempts that take exactly the time that the test
 * says.
 */
class RetryingCallsTests {

	private static final Retry RETRY = new Retry(10, Duration.ofMillis(1), 0, 1);

	private final AtomicLong nanoTime = new AtomicLong();

	private final AtomicInteger retried = new AtomicInteger();

	private final List<Duration> attempts = new ArrayList<>();

	private Duration timeOfAttempt = Duration.ZERO;

	private Duration timeOfReading = Duration.ZERO;

	private boolean mayHaveRun;

	private Duration patience = Duration.ZERO;

	private RpcStatus status = RpcStatus.UNAVAILABLE;

	private @Nullable RpcException outcome;

	private final List<String> threadNames = new CopyOnWriteArrayList<>();

	private final CallThreads threads = new CallThreads();

	private final Calls calls = new RetryingCalls(new NoServer(), RETRY, new RetryBudget(RETRY), new Retries(),
			this.threads, () -> this.nanoTime.addAndGet(this.timeOfReading.toNanos()));

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
		this.threads.close();
	}

	@ParameterizedTest
	@EnumSource
	void callForWhichNoTimeIsLeftEndsAsItsLastAttempt(Api api) {
		for (int micros = 6_000; micros <= 10_500; micros += 50) {
			this.attempts.clear();
			this.timeOfAttempt = Duration.ofNanos(micros * 1_000L);
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> api.call(this.calls, request(Duration.ofMillis(10), false)))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
			assertThat(this.attempts).hasSizeBetween(1, 2)
				.allSatisfy((left) -> assertThat(left).isGreaterThanOrEqualTo(Duration.ofMillis(1)));
		}
	}

	@ParameterizedTest
	@EnumSource
	void attemptThatComesTooLateIsNeitherMadeNorCounted(Api api) {
		this.timeOfReading = Duration.ofMillis(40);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofMillis(80), false)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
		assertThat(this.attempts).containsExactly(Duration.ofMillis(80));
		assertThat(this.retried).hasValue(0);
	}

	@ParameterizedTest
	@EnumSource
	void eachAttemptHasWhatIsLeftOfTheDeadline(Api api) {
		this.timeOfAttempt = Duration.ofMillis(10);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofMillis(35), false)));
		assertThat(this.attempts).containsExactly(Duration.ofMillis(35), Duration.ofMillis(25), Duration.ofMillis(15),
				Duration.ofMillis(5));
		assertThat(this.retried).hasValue(3);
	}

	@ParameterizedTest
	@EnumSource
	void callThatMayHaveRunIsMadeAgainOnlyIfItIsIdempotent(Api api) {
		this.mayHaveRun = true;
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofSeconds(5), false)));
		assertThat(this.attempts).hasSize(1);
		this.attempts.clear();
		this.timeOfAttempt = Duration.ofSeconds(2);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofSeconds(5), true)));
		assertThat(this.attempts).hasSize(3);
	}

	@ParameterizedTest
	@EnumSource
	void otherOutcomesAreFinal(Api api) {
		this.status = RpcStatus.NOT_FOUND;
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofSeconds(5), true)));
		assertThat(this.attempts).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void theTimeThatTheServerAsksForPassesBeforeTheNextAttempt(Api api) {
		this.patience = Duration.ofMillis(120);
		this.timeOfAttempt = Duration.ofSeconds(1);
		long begun = System.nanoTime();
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofMillis(2_500), true)));
		assertThat(this.attempts).hasSize(3);
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(240),
				Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@EnumSource
	void ifTheServerAsksForMoreThanIsLeftTheCallEndsAtOnce(Api api) {
		this.patience = Duration.ofHours(1);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofMinutes(1), true)))
			.satisfies((ex) -> assertThat(ex.retryAfter()).isEqualTo(this.patience));
		assertThat(this.attempts).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void aCallThatMayHaveRunIsNotRepeatedEvenIfTheServerAsksToWait(Api api) {
		this.mayHaveRun = true;
		this.patience = Duration.ofMillis(1);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(this.calls, request(Duration.ofMinutes(1), false)));
		assertThat(this.attempts).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void retriesDoNotMultiplyAnOutage(Api api) {
		Calls bounded = calls(new Retry(10, Duration.ofMillis(1), 10, 0.1));
		this.timeOfAttempt = Duration.ofMillis(1);
		for (int i = 0; i < 100; i++) {
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> api.call(bounded, request(Duration.ofMinutes(1), true)));
		}
		assertThat(this.attempts).hasSizeBetween(101, 105);
	}

	@ParameterizedTest
	@EnumSource
	void eachAnswerOfAServerGivesTokensBack(Api api) {
		for (RpcException answer : List.of(RpcException.ofReply(RpcStatus.NOT_FOUND, "none", null),
				RpcException.ofReply(RpcStatus.INVALID_ARGUMENT, "not so", null),
				RpcException.ofReply(RpcStatus.DEADLINE_EXCEEDED, "it took too long", null).forCaller(),
				RpcException.ofUnreadableReply("no JSON", new IllegalStateException()))) {
			assertThat(attemptsAfter(answer, api)).as(answer.toString()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void failuresWithoutAServerGiveNoTokensBack(Api api) {
		for (RpcStatus own : List.of(RpcStatus.INTERNAL, RpcStatus.DEADLINE_EXCEEDED, RpcStatus.INVALID_ARGUMENT)) {
			assertThat(attemptsAfter(new RpcException(own, "the client's own", true, null), api)).as(own.name())
				.isEqualTo(1);
		}
	}

	// How many attempts a call makes until the tokens are spent. Answers give a part back
	private int attemptsAfter(RpcException outcome, Api api) {
		Calls bounded = calls(new Retry(2, Duration.ofMillis(1), 4, 1));
		this.outcome = null;
		for (int i = 0; i < 4; i++) {
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> api.call(bounded, request(Duration.ofMinutes(1), true)));
		}
		this.outcome = outcome;
		for (int i = 0; i < 4; i++) {
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> api.call(bounded, request(Duration.ofMinutes(1), true)));
		}
		this.outcome = null;
		this.attempts.clear();
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> api.call(bounded, request(Duration.ofMinutes(1), true)));
		return this.attempts.size();
	}

	@Test
	void interruptEndsTheWaitForTheNextAttemptAndIsKept() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> Api.BLOCKING.call(this.calls, request(Duration.ofSeconds(5), false)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThat(this.attempts).hasSize(1);
	}

	@Test
	void otherAttemptsOfAnAsynchronousCallBeginOnThreadsOfTheClient() {
		CompletableFuture<String> told = calls(new Retry(3, Duration.ofMillis(100), 0, 1))
			.callAsync(request(Duration.ofMinutes(1), false), (reply) -> reply)
			.handle((reply, failure) -> Thread.currentThread().getName());
		assertThat(told).succeedsWithin(10, TimeUnit.SECONDS).asString().startsWith("rpc-callback-");
		assertThat(this.threadNames).hasSize(3);
		assertThat(this.threadNames.subList(1, 3)).allMatch((name) -> name.startsWith("rpc-request-"));
	}

	@Test
	void callThatWaitsForItsNextAttemptEndsWhenTheClientIsClosed() {
		CompletableFuture<Message> waiting = calls(new Retry(10, Duration.ofMinutes(1), 0, 1))
			.callAsync(request(Duration.ofMinutes(30), false), (reply) -> reply);
		assertThat(waiting).isNotDone();
		this.threads.close();
		assertThat(waiting).failsWithin(5, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.withCauseInstanceOf(RpcException.class);
		assertThat(this.attempts).hasSize(1);
	}

	private Calls calls(Retry retry) {
		return new RetryingCalls(new NoServer(), retry, new RetryBudget(retry), new Retries(), this.threads,
				this.nanoTime::get);
	}

	private static RpcRequest request(Duration deadline, boolean idempotent) {
		return new RpcRequest(new RequestAddress("", "queue"), new Message(new byte[0]), deadline, idempotent,
				RequestWriter::write);
	}

	private enum Api {

		BLOCKING {

			@Override
			void call(Calls calls, RpcRequest request) {
				calls.call(request, (reply) -> reply);
			}

		},

		ASYNC {

			@Override
			void call(Calls calls, RpcRequest request) {
				try {
					calls.callAsync(request, (reply) -> reply).orTimeout(10, TimeUnit.SECONDS).join();
				}
				catch (CompletionException ex) {
					throw (RpcException) ex.getCause();
				}
			}

		};

		abstract void call(Calls calls, RpcRequest request);

	}

	/**
	 * Counts.
	 */
	private final class Retries implements CallObserver {

		@Override
		public Attempt start(RequestAddress address) {
			return CallObserver.NONE.start(address);
		}

		@Override
		public void retried(String destination) {
			assertThat(destination).isEqualTo("queue");
			RetryingCallsTests.this.retried.incrementAndGet();
		}

	}

	/**
	 * Ends each attempt after the time that the test says, like a client without a
	 * server.
	 */
	private final class NoServer implements Calls {

		@Override
		public <T> T call(RpcRequest request, Function<Message, T> reader) {
			throw attempt(request.deadline());
		}

		@Override
		public <T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader) {
			RetryingCallsTests.this.threadNames.add(Thread.currentThread().getName());
			return CompletableFuture.failedFuture(attempt(request.deadline()));
		}

		private RpcException attempt(Duration deadline) {
			RetryingCallsTests.this.attempts.add(deadline);
			RetryingCallsTests.this.nanoTime.addAndGet(RetryingCallsTests.this.timeOfAttempt.toNanos());
			RpcException given = RetryingCallsTests.this.outcome;
			if (given != null) {
				return given;
			}
			return new RpcException(RetryingCallsTests.this.status, "no server", RetryingCallsTests.this.mayHaveRun,
					null)
				.withRetryAfter(RetryingCallsTests.this.patience);
		}

	}

}
