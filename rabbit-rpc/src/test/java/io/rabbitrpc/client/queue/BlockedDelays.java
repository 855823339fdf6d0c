package io.rabbitrpc.client.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Blocks the threads of the JVM that {@link CompletableFuture} delays on, as code of an
 * application may: one of its own, or since JDK 25 those of the common pool.
 */
public final class BlockedDelays {

	private final CountDownLatch end = new CountDownLatch(1);

	private BlockedDelays() throws InterruptedException {
		CountDownLatch blocked = new CountDownLatch(1);
		IntStream.rangeClosed(0, ForkJoinPool.getCommonPoolParallelism()).forEach((thread) -> {
			CompletableFuture<Void> delayed = new CompletableFuture<>();
			// Before it is delayed, else this thread might run it
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
	 * Runs something while they are blocked.
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
