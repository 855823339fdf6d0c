package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Request;
import io.rabbitrpc.bench.request.Requests;

/**
 * One thread that starts each call at its time, even if earlier calls still run.
 */
final class AsyncOpenLoop implements Load {

	private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final CallTarget.AsyncCalls calls;

	private final Schedule schedule;

	private final Requests requests;

	private final Measurement measurement;

	private final CallerThreads threads = new CallerThreads();

	private final AtomicInteger inFlight = new AtomicInteger();

	AsyncOpenLoop(CallTarget.AsyncCalls calls, Schedule schedule, Requests requests, Measurement measurement) {
		this.calls = calls;
		this.schedule = schedule;
		this.requests = requests;
		this.measurement = measurement;
	}

	@Override
	public void start() {
		this.threads.start(() -> {
			long start = this.schedule.awaitNext(this.threads::isStopped);
			// A thread that has taken a call makes it, even if it is the last one
			if (start - System.nanoTime() <= 0) {
				Request request = this.requests.next();
				this.inFlight.incrementAndGet();
				this.calls.call(request, (value, failure) -> {
					this.measurement.ended(start, request, value, failure);
					this.inFlight.decrementAndGet();
				});
			}
		});
	}

	@Override
	public int stop(Duration patience) throws InterruptedException {
		long end = System.nanoTime() + patience.toNanos();
		this.threads.stop(patience);
		while (this.inFlight.get() > 0 && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(POLL_NANOS);
		}
		return this.inFlight.get();
	}

}
