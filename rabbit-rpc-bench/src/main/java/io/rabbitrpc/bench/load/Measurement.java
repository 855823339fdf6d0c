package io.rabbitrpc.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.Request;

/**
 * Collects the results of the calls of one row in one round. Latencies and outcomes cover
 * all calls that were due within the measured time, even if they end later or never
 * start. Throughput counts the calls that ended within that time.
 */
public final class Measurement {

	/** The outcome of a call whose value is not the right one. */
	public static final String WRONG = "WRONG";

	/** The outcome of a call that has not ended. */
	static final String NOT_ENDED = "NOT_ENDED";

	/**
	 * The outcome of a call that was due, but could not start because earlier calls took
	 * too long.
	 */
	static final String NOT_STARTED = "NOT_STARTED";

	static final int DIGITS = 3;

	static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);

	private final Expectation expectation;

	private final long from;

	private volatile long to;

	private final Recorder latencies = new Recorder(1, LONGEST_NANOS, DIGITS);

	private final Histogram sampled = newHistogram();

	private final LongAdder values = new LongAdder();

	private final LongAdder ended = new LongAdder();

	private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();

	private final AtomicReference<@Nullable CallFailure> firstFailure = new AtomicReference<>();

	/**
	 * Creates a measurement.
	 * @param expectation says which values are right
	 * @param from when it begins, by {@link System#nanoTime()}
	 * @param to when it ends
	 */
	public Measurement(Expectation expectation, long from, long to) {
		this.expectation = expectation;
		this.from = from;
		this.to = to;
	}

	/**
	 * Creates a histogram of latencies in nanoseconds.
	 * @return an empty one
	 */
	public static Histogram newHistogram() {
		return new Histogram(1, LONGEST_NANOS, DIGITS);
	}

	/**
	 * Notes the end of a call.
	 * @param start when the call was due
	 * @param request what was asked for
	 * @param value the value, if there is one
	 * @param failure the failure, if there is no value
	 * @return whether the value is right
	 */
	boolean ended(long start, Request request, byte @Nullable [] value, @Nullable Throwable failure) {
		long now = System.nanoTime();
		boolean right = value != null && this.expectation.isMet(request, value);
		if (isWithin(now)) {
			this.ended.increment();
			if (right) {
				this.values.increment();
			}
		}
		if (isWithin(start)) {
			if (right) {
				this.latencies.recordValue(Math.min(Math.max(1, now - start), LONGEST_NANOS));
				count(RpcStatus.OK.name());
			}
			else {
				failed((value != null) ? CallFailure.wrong(request, value) : CallFailure.of(cause(failure)));
			}
		}
		return right;
	}

	private boolean isWithin(long nanos) {
		return nanos - this.from >= 0 && nanos - this.to < 0;
	}

	private void failed(CallFailure failure) {
		count(failure.outcome());
		this.firstFailure.compareAndSet(null, failure);
	}

	private void count(String outcome) {
		LongAdder counter = this.outcomes.get(outcome);
		if (counter == null) {
			counter = this.outcomes.computeIfAbsent(outcome, (name) -> new LongAdder());
		}
		counter.increment();
	}

	private @Nullable Throwable cause(@Nullable Throwable failure) {
		return (failure instanceof CompletionException || failure instanceof ExecutionException) ? failure.getCause()
				: failure;
	}

	/**
	 * Whether the measured time has begun.
	 * @return whether the warm-up is over
	 */
	public boolean hasBegun() {
		return System.nanoTime() - this.from >= 0;
	}

	/**
	 * When the measured time ends.
	 * @return the moment, by {@link System#nanoTime()}
	 */
	long end() {
		return this.to;
	}

	/**
	 * Ends the measured time before it is over.
	 */
	public void endNow() {
		this.to = System.nanoTime();
	}

	/**
	 * Notes a call that was due and will not be made.
	 * @param start when the call was due
	 */
	void notStarted(long start) {
		if (isWithin(start)) {
			failed(new CallFailure(NOT_STARTED, RpcStatus.DEADLINE_EXCEEDED.exitCode(),
					"it was due, but the calls before it took too long"));
		}
	}

	/**
	 * Notes calls that have not ended although their deadline has passed.
	 * @param calls how many
	 */
	public void notEnded(int calls) {
		if (calls > 0) {
			failed(new CallFailure(NOT_ENDED, RpcStatus.INTERNAL.exitCode(), "has not ended after its deadline"));
			LongAdder counter = this.outcomes.get(NOT_ENDED);
			if (counter != null) {
				counter.add(calls - 1L);
			}
		}
	}

	/**
	 * How long the measured time is.
	 * @return the time in seconds
	 */
	public double seconds() {
		return (this.to - this.from) / (double) TimeUnit.SECONDS.toNanos(1);
	}

	/**
	 * How many calls got the right value within the measured time.
	 * @return the number
	 */
	public long valuesWithinTime() {
		return this.values.sum();
	}

	/**
	 * How many calls have ended within the measured time.
	 * @return the number
	 */
	public long endedWithinTime() {
		return this.ended.sum();
	}

	/**
	 * Returns the latencies since the last call of this method.
	 * @return only these
	 */
	public synchronized Histogram sample() {
		Histogram interval = this.latencies.getIntervalHistogram();
		this.sampled.add(interval);
		return interval;
	}

	/**
	 * The latencies of the calls that got the right value.
	 * @return them in nanoseconds
	 */
	public synchronized Histogram latencies() {
		sample();
		return this.sampled;
	}

	/**
	 * How the calls ended.
	 * @return how many calls had which outcome
	 */
	public Map<String, Long> outcomes() {
		Map<String, Long> counts = new TreeMap<>();
		this.outcomes.forEach((outcome, count) -> counts.put(outcome, count.sum()));
		return counts;
	}

	/**
	 * The first call that did not end in the right value.
	 * @return what happened, or {@code null} if there is none
	 */
	public @Nullable CallFailure firstFailure() {
		return this.firstFailure.get();
	}

}
