package io.fibrpc.client.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Callers that each make one call after the other.
 */
final class BlockingClosedLoop implements Load {

	private final CallTarget target;

	private final int callers;

	private final NumberMix numbers;

	private final Measurement measurement;

	private final CallerThreads threads = new CallerThreads();

	BlockingClosedLoop(CallTarget target, int callers, NumberMix numbers, Measurement measurement) {
		this.target = target;
		this.callers = callers;
		this.numbers = numbers;
		this.measurement = measurement;
	}

	@Override
	public void start() throws IOException {
		List<CallTarget.BlockingCalls> all = new ArrayList<>();
		for (int i = 0; i < this.callers; i++) {
			all.add(this.target.blocking());
		}
		all.forEach((calls) -> this.threads
			.start(() -> this.threads.call(calls, this.numbers.next(), System.nanoTime(), this.measurement)));
	}

	@Override
	public int stop(Duration patience) throws InterruptedException {
		return this.threads.stop(patience);
	}

}
