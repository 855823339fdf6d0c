package io.fibrpc.client.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads that each take the next call of the schedule and make it at its time, or as
 * soon as one of them is free.
 */
final class BlockingOpenLoop implements Load {

	static final int THREADS = 256;

	private final CallTarget target;

	private final Schedule schedule;

	private final NumberMix numbers;

	private final Measurement measurement;

	private final CallerThreads threads = new CallerThreads();

	BlockingOpenLoop(CallTarget target, Schedule schedule, NumberMix numbers, Measurement measurement) {
		this.target = target;
		this.schedule = schedule;
		this.numbers = numbers;
		this.measurement = measurement;
	}

	@Override
	public void start() throws IOException {
		List<CallTarget.BlockingCalls> all = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			all.add(this.target.blocking());
		}
		all.forEach((calls) -> this.threads.start(() -> {
			long start = this.schedule.awaitNext(this.threads::isStopped);
			if (!this.threads.isStopped()) {
				this.threads.call(calls, this.numbers.next(), start, this.measurement);
			}
		}));
	}

	@Override
	public int stop(Duration patience) throws InterruptedException {
		return this.threads.stop(patience);
	}

}
