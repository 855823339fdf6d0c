package io.rabbitrpc.client.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Blocks the threads on which {@link CompletableFuture} runs delayed actions, as an
 * application may do. Up to JDK 24 it is a thread of its own, since JDK 25 the common
 * pool.
 */
public final class BlockedDelays {

	private final CountDownLatch end = new CountDownLatch(1);

	private BlockedDelays() throws InterruptedException {
		CountDownLatch blocked = new CountDownLatch(1);
		IntStream.rangeClosed(0, ForkJoinPool.getCommonPoolParallelism()).forEach((thread) -> {
			CompletableFuture<Void> delayed = new CompletableFuture<>();
			// Added before the delay. Otherwise this thread might run it
			delayed.thenRun(() -> {
				blocked.countDown();
				await();
			});
			delayed.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS);
		});
		blocked.await();
	}

	private void await() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Runs an action while these threads are blocked.
	 * @param action what to run
	 * @throws Throwable what it throws
	 */
	public static void during(ThrowingCallable action) throws Throwable {
		BlockedDelays blocked = new BlockedDelays();
		try {
			action.call();
		}
		finally {
			blocked.end.countDown();
		}
	}

}
