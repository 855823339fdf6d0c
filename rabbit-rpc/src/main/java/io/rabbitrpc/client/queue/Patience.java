package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Bounds how long somebody waits for an answer. What {@link CompletableFuture} has for it
 * runs on one thread of the JVM, which any code may block.
 */
final class Patience {

	private Patience() {
	}

	/**
	 * Waits for an answer, but not for ever. No thread waits.
	 * @param patience how long
	 * @param answer the answer to come, which stays as it is
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
