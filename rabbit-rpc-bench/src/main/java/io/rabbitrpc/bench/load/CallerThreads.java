package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Request;

/**
 * Threads that call again and again.
 */
final class CallerThreads {

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	/**
	 * Starts a thread.
	 * @param step what it does until it is stopped
	 */
	void start(Runnable step) {
		Thread thread = new Thread(() -> {
			while (!this.stopped) {
				step.run();
			}
		}, "bench-caller-" + this.threads.size());
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
	}

	boolean isStopped() {
		return this.stopped;
	}

	/**
	 * Makes a call and measures it.
	 * @param calls makes it
	 * @param request what to ask for
	 * @param start when it was meant to start
	 * @param measurement takes its end
	 */
	void call(CallTarget.BlockingCalls calls, Request request, long start, Measurement measurement) {
		byte @Nullable [] value = null;
		Exception failure = null;
		try {
			value = calls.call(request);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			failure = ex;
		}
		catch (Exception ex) {
			// Any exception is the outcome of the call
			failure = ex;
		}
		measurement.ended(start, request, value, failure);
		if (failure != null) {
			LockSupport.parkNanos(Load.PAUSE_AFTER_FAILURE.toNanos());
		}
	}

	/**
	 * Stops the threads after their current step, and waits for that.
	 * @param patience how long at most
	 * @return how many have not stopped
	 * @throws InterruptedException if this thread is interrupted
	 */
	int stop(Duration patience) throws InterruptedException {
		this.stopped = true;
		long end = System.nanoTime() + patience.toNanos();
		for (Thread thread : this.threads) {
			long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
			thread.join(Math.max(1, millis));
		}
		return (int) this.threads.stream().filter(Thread::isAlive).count();
	}

}
