package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Limits how long a future waits for an answer. The own timeouts of
 * {@link CompletableFuture} all run on one thread of the JVM, and any code may block that
 * thread.
 */
final class Patience {

	private Patience() {
	}

	/**
	 * Limits the wait for an answer. No thread waits.
	 * @param patience how long. If it is negative, there is no wait
	 * @param answer the future answer, which is not changed
	 * @param scheduler keeps the time
	 * @param <T> the answer's type
	 * @return the answer, or {@code null} if it does not come in time, or the scheduler
	 * has ended
	 */
	static <T> CompletableFuture<@Nullable T> within(Duration patience, CompletableFuture<? extends @Nullable T> answer,
			ScheduledExecutorService scheduler) {
		CompletableFuture<@Nullable T> bounded = new CompletableFuture<>();
		answer.whenComplete((value, failure) -> {
			if (failure != null) {
				bounded.completeExceptionally(failure);
			}
			else {
				bounded.complete(value);
			}
		});
		if (!bounded.isDone()) {
			try {
				Future<?> end = scheduler.schedule(() -> bounded.complete(null), patience.toNanos(),
						TimeUnit.NANOSECONDS);
				bounded.whenComplete((value, failure) -> end.cancel(false));
			}
			catch (RejectedExecutionException ex) {
				bounded.complete(null);
			}
		}
		return bounded;
	}

}
