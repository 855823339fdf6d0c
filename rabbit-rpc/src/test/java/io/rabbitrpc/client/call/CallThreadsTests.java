package io.rabbitrpc.client.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallThreads}.
 */
class CallThreadsTests {

	@Test
	void requestForWhichThereIsNoThreadIsRefusedOnce() {
		Executor refusing = (task) -> {
			throw new OutOfMemoryError("unable to create native thread");
		};
		AtomicInteger refusals = new AtomicInteger();
		CompletableFuture<String> outcome = new CompletableFuture<>();
		try (CallThreads threads = new CallThreads(Runnable::run, refusing, Runnable::run)) {
			threads.requestLater(1, () -> outcome.complete("made"), () -> {
				refusals.incrementAndGet();
				outcome.complete("refused");
			});
			assertThat(outcome).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("refused");
		}
		assertThat(refusals).hasValue(1);
	}

	@Test
	void requestThatComesAfterTheEndIsRefusedAtOnce() {
		CallThreads threads = new CallThreads();
		threads.close();
		CompletableFuture<String> outcome = new CompletableFuture<>();
		threads.requestLater(1, () -> outcome.complete("made"), () -> outcome.complete("refused"));
		assertThat(outcome).isCompletedWithValue("refused");
	}

}
