package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.fibrpc.systemtests.AbstractPrograms;
import io.fibrpc.systemtests.ReplyMode;

/**
 * A call loop for each reply mode, both at the same time. Every check holds for both.
 */
final class CallLoops {

	// Calls may fail in microseconds, and the programs that they wait for need the
	// processor, too
	private static final String PAUSE = "--pause=5";

	private final List<CallLoop> loops;

	private CallLoops(List<CallLoop> loops) {
		this.loops = loops;
	}

	/**
	 * Starts the loops.
	 * @param programs stops them when the test ends
	 * @param broker settings of their broker
	 * @param deadline of each call
	 * @return the loops, of which no call may have ended yet
	 */
	static CallLoops start(AbstractPrograms<?> programs, Map<String, String> broker, Duration deadline) {
		return new CallLoops(Stream.of(ReplyMode.values())
			.map((mode) -> CallLoop.start(programs, broker, mode, deadline, PAUSE))
			.toList());
	}

	/**
	 * Waits until in each loop a call has ended with a status after now.
	 * @param status the status
	 * @param timeout how long, for all of them together
	 */
	void await(String status, Duration timeout) {
		CallLoop.await(this.loops, status, timeout);
	}

	/** Forgets the calls before now. Checks do not look at them. */
	void forget() {
		this.loops.forEach(CallLoop::forget);
	}

	void assertEndedOnly(String... statuses) {
		this.loops.forEach((loop) -> loop.assertEndedOnly(statuses));
	}

	void assertHaveOnly(String... statuses) {
		this.loops.forEach((loop) -> loop.assertHaveOnly(statuses));
	}

	void assertStillMoving() {
		this.loops.forEach(CallLoop::assertStillMoving);
	}

	/**
	 * How the calls have ended.
	 * @return how many by reply mode and status
	 */
	List<String> counts() {
		return this.loops.stream().map(CallLoop::toString).toList();
	}

	void stop() {
		this.loops.forEach(CallLoop::stop);
	}

}
