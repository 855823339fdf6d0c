package io.fibrpc.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClientProperties.Retry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RetryingFibonacciClient} whose attempts take no time but what the test
 * says.
 */
class RetryingFibonacciClientTests {

	private final AtomicLong nanoTime = new AtomicLong();

	private final AtomicInteger retried = new AtomicInteger();

	private final List<Duration> attempts = new ArrayList<>();

	private Duration timeOfAttempt = Duration.ZERO;

	private Duration timeOfReading = Duration.ZERO;

	private final RetryingFibonacciClient client = new RetryingFibonacciClient(new NoServer(),
			new Retry(10, Duration.ofMillis(1)), this.retried::incrementAndGet,
			() -> this.nanoTime.addAndGet(this.timeOfReading.toNanos()));

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
	}

	@ParameterizedTest
	@EnumSource
	void callForWhichNoTimeIsLeftEndsAsItsLastAttempt(Api api) {
		for (int micros = 6_000; micros <= 10_500; micros += 50) {
			this.attempts.clear();
			this.timeOfAttempt = Duration.ofNanos(micros * 1_000L);
			assertThatExceptionOfType(RpcException.class).isThrownBy(() -> api.call(this.client, Duration.ofMillis(10)))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
			assertThat(this.attempts).hasSizeBetween(1, 2)
				.allSatisfy((left) -> assertThat(left).isGreaterThanOrEqualTo(Duration.ofMillis(1)));
		}
	}

	@ParameterizedTest
	@EnumSource
	void attemptThatComesTooLateIsNeitherMadeNorCounted(Api api) {
		this.timeOfReading = Duration.ofMillis(40);
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> api.call(this.client, Duration.ofMillis(80)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
		assertThat(this.attempts).containsExactly(Duration.ofMillis(80));
		assertThat(this.retried).hasValue(0);
	}

	@ParameterizedTest
	@EnumSource
	void eachAttemptHasWhatIsLeftOfTheDeadline(Api api) {
		this.timeOfAttempt = Duration.ofMillis(10);
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> api.call(this.client, Duration.ofMillis(35)));
		assertThat(this.attempts).containsExactly(Duration.ofMillis(35), Duration.ofMillis(25), Duration.ofMillis(15),
				Duration.ofMillis(5));
		assertThat(this.retried).hasValue(3);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE, Long.MAX_VALUE })
	void deadlineOutOfBoundsIsRefusedByTheClientThatMakesTheAttempts(long seconds) {
		for (Api api : Api.values()) {
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> api.call(this.client, Duration.ofSeconds(seconds)))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT));
		}
		assertThat(this.retried).hasValue(0);
	}

	@Test
	void interruptEndsTheWaitForTheNextAttemptAndIsKept() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.client.request(30, Duration.ofSeconds(5)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThat(this.attempts).hasSize(1);
	}

	private enum Api {

		BLOCKING {

			@Override
			void call(FibonacciClient client, Duration deadline) {
				client.request(30, deadline);
			}

		},

		ASYNC {

			@Override
			void call(FibonacciClient client, Duration deadline) {
				try {
					client.requestAsync(30, deadline).orTimeout(10, TimeUnit.SECONDS).join();
				}
				catch (CompletionException ex) {
					throw (RpcException) ex.getCause();
				}
			}

		};

		abstract void call(FibonacciClient client, Duration deadline);

	}

	/**
	 * Ends each attempt after the time that the test says, as a client without a server
	 * does.
	 */
	private final class NoServer implements FibonacciClient {

		@Override
		public Duration deadline() {
			return Duration.ofSeconds(5);
		}

		@Override
		public FibonacciReply request(int n, Duration deadline) {
			throw attempt(deadline);
		}

		@Override
		public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
			return CompletableFuture.failedFuture(attempt(deadline));
		}

		private RpcException attempt(Duration deadline) {
			if (deadline.compareTo(Duration.ofMillis(1)) < 0 || deadline.compareTo(Duration.ofDays(1)) > 0) {
				return new RpcException(RpcStatus.INVALID_ARGUMENT, "the deadline is out of bounds");
			}
			RetryingFibonacciClientTests.this.attempts.add(deadline);
			RetryingFibonacciClientTests.this.nanoTime
				.addAndGet(RetryingFibonacciClientTests.this.timeOfAttempt.toNanos());
			return new RpcException(RpcStatus.UNAVAILABLE, "no server");
		}

	}

}
