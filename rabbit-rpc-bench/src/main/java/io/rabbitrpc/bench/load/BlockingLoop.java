package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.List;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Requests;

/**
 * Callers that make one call after the other. A call starts when its time has come and
 * the caller's previous call has ended.
 */
final class BlockingLoop implements Load {

	private final List<CallTarget.BlockingCalls> callers;

	private final Pace pace;

	private final Requests requests;

	private final Measurement measurement;

	private final CallerThreads threads = new CallerThreads();

	BlockingLoop(List<CallTarget.BlockingCalls> callers, Pace pace, Requests requests, Measurement measurement) {
		this.callers = callers;
		this.pace = pace;
		this.requests = requests;
		this.measurement = measurement;
	}

	@Override
	public void start() {
		this.callers.forEach((calls) -> this.threads.start(() -> {
			long start = this.pace.awaitNext(this.threads::isStopped);
			// A thread that has taken a call makes it, even if it is the last one
			if (start - System.nanoTime() <= 0) {
				this.threads.call(calls, this.requests.next(), start, this.measurement);
			}
		}));
	}

	@Override
	public int stop(Duration patience) throws InterruptedException {
		return this.threads.stop(patience);
	}

}
