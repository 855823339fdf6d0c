package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Request;
import io.rabbitrpc.bench.request.Requests;

/**
 * Keeps a number of calls in flight: when one ends, the next one starts.
 */
final class AsyncClosedLoop implements Load {

	private static final Executor AFTER_PAUSE = CompletableFuture.delayedExecutor(PAUSE_AFTER_FAILURE.toMillis(),
			TimeUnit.MILLISECONDS);

	private final CallTarget.AsyncCalls calls;

	private final int inFlight;

	private final Requests requests;

	private final Measurement measurement;

	private final CountDownLatch running;

	private volatile boolean stopped;

	AsyncClosedLoop(CallTarget.AsyncCalls calls, int inFlight, Requests requests, Measurement measurement) {
		this.calls = calls;
		this.inFlight = inFlight;
		this.requests = requests;
		this.measurement = measurement;
		this.running = new CountDownLatch(inFlight);
	}

	@Override
	public void start() {
		for (int i = 0; i < this.inFlight; i++) {
			new Slot().run();
		}
	}

	@Override
	public int stop(Duration patience) throws InterruptedException {
		this.stopped = true;
		return this.running.await(patience.toNanos(), TimeUnit.NANOSECONDS) ? 0 : (int) this.running.getCount();
	}

	/**
	 * The place of one call in flight.
	 */
	private final class Slot implements Runnable {

		private final AtomicReference<State> state = new AtomicReference<>(State.CALLING);

		// A loop and not a recursion, because a call may end before the method that made
		// it returns
		@Override
		public void run() {
			do {
				if (AsyncClosedLoop.this.stopped) {
					AsyncClosedLoop.this.running.countDown();
					return;
				}
				this.state.set(State.CALLING);
				Request request = AsyncClosedLoop.this.requests.next();
				long start = System.nanoTime();
				AsyncClosedLoop.this.calls.call(request, (value, failure) -> ended(start, request, value, failure));
			}
			while (!this.state.compareAndSet(State.CALLING, State.WAITING));
		}

		private void ended(long start, Request request, byte @Nullable [] value, @Nullable Throwable failure) {
			AsyncClosedLoop.this.measurement.ended(start, request, value, failure);
			if (failure != null) {
				AFTER_PAUSE.execute(this::next);
			}
			else {
				next();
			}
		}

		private void next() {
			if (!this.state.compareAndSet(State.CALLING, State.ENDED)) {
				run();
			}
		}

	}

	/**
	 * How far a slot's call is.
	 */
	private enum State {

		/** The method that makes it has not returned. */
		CALLING,

		/** It has returned. */
		WAITING,

		/** The call has ended before it has returned. */
		ENDED

	}

}
