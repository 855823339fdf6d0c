package io.fibrpc.systemtests.faults;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import io.fibrpc.systemtests.AbstractPrograms;
import io.fibrpc.systemtests.Fibonacci;
import io.fibrpc.systemtests.OutputLine;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A client process that makes calls until it is stopped, by {@link Callers}.
 */
final class CallLoop {

	private static final Pattern CALL = Pattern.compile("(\\d+) us: fib\\((\\d+)\\) (?:= (\\d+)|([A-Z_]+) .*)");

	private static final Duration GRACE = Duration.ofMillis(250);

	// From the start, because calls are looked at later
	private static final Pauses PAUSES = Pauses.ofThisJvm();

	private final Program client;

	private final ReplyMode mode;

	private final Duration deadline;

	// Each line is parsed once: tests ask many times a second, and lines may be thousands
	private final List<Call> ended = new ArrayList<>();

	private int linesRead;

	private long start = System.nanoTime();

	private CallLoop(Program client, ReplyMode mode, Duration deadline) {
		this.client = client;
		this.mode = mode;
		this.deadline = deadline;
	}

	/**
	 * Starts a process.
	 * @param programs stops it when the test ends
	 * @param broker settings of its broker
	 * @param mode where its replies arrive
	 * @param deadline of each call
	 * @param settings further ones, such as {@code --callers}
	 * @return the loop, of which no call may have ended yet
	 */
	static CallLoop start(AbstractPrograms<?> programs, Map<String, String> broker, ReplyMode mode, Duration deadline,
			String... settings) {
		return of(programs.startInside("fib-client", Callers.class, arguments(broker, mode, deadline, settings)), mode,
				deadline);
	}

	static List<String> arguments(Map<String, String> broker, ReplyMode mode, Duration deadline, String... settings) {
		List<String> arguments = LoadedPair.arguments(broker, settings);
		arguments.add(mode.argument());
		arguments.add("--rabbit.rpc.client.deadline=%dms".formatted(deadline.toMillis()));
		return arguments;
	}

	static CallLoop of(Program client, ReplyMode mode, Duration deadline) {
		return new CallLoop(client, mode, deadline);
	}

	/**
	 * The calls that have ended.
	 * @return the calls, in the order of their ends
	 */
	List<Call> calls() {
		return callsSince(this.start);
	}

	/**
	 * The calls that have ended since a moment.
	 * @param nanos the moment, by {@link System#nanoTime}
	 * @return the calls, in the order of their ends
	 */
	synchronized List<Call> callsSince(long nanos) {
		List<OutputLine> lines = this.client.timedOutput(this.linesRead);
		this.linesRead += lines.size();
		lines.forEach((line) -> call(line).ifPresent(this.ended::add));
		int first = this.ended.size();
		while (first > 0 && this.ended.get(first - 1).endNanos() - nanos > 0) {
			first--;
		}
		return List.copyOf(this.ended.subList(first, this.ended.size()));
	}

	private static Optional<Call> call(OutputLine line) {
		Matcher call = CALL.matcher(line.text());
		if (!call.matches()) {
			return Optional.empty();
		}
		int n = Integer.parseInt(call.group(2));
		String status = call.group(4);
		if (status == null) {
			BigInteger expected = Fibonacci.of(n);
			status = expected.equals(new BigInteger(call.group(3))) ? "OK" : "WRONG";
		}
		Duration duration = Duration.of(Long.parseLong(call.group(1)), TimeUnit.MICROSECONDS.toChronoUnit());
		return Optional.of(new Call(n, status, line.text(), line.nanos(), duration));
	}

	/**
	 * Waits for a call that ends with a status after now.
	 * @param status the status, or OK for a value of a call that begins after now, too
	 * @param timeout how long
	 */
	void await(String status, Duration timeout) {
		await(List.of(this), status, timeout);
	}

	static void await(List<CallLoop> loops, String status, Duration timeout) {
		long now = System.nanoTime();
		try {
			Awaitility.await()
				.pollInterval(Duration.ofMillis(20))
				.atMost(timeout)
				.until(() -> loops.stream().allMatch((loop) -> loop.hasEnded(status, now)));
		}
		catch (ConditionTimeoutException ex) {
			fail("No call ended %s within %s, but %s", status, timeout,
					loops.stream().map((loop) -> loop.describeSince(now)).toList());
		}
	}

	// A value of a call that began before says nothing of what is possible since
	private boolean hasEnded(String status, long sinceNanos) {
		return callsSince(sinceNanos).stream()
			.filter((call) -> call.status().equals(status))
			.anyMatch((call) -> !status.equals("OK") || call.beginNanos() - sinceNanos >= 0);
	}

	String describeSince(long nanos) {
		List<Call> calls = callsSince(nanos);
		return "%s %s, the last are %s".formatted(this.mode, counts(calls),
				calls.subList(Math.max(0, calls.size() - 5), calls.size()));
	}

	@Override
	public String toString() {
		return "%s %s".formatted(this.mode, counts(calls()));
	}

	/** Forgets the calls before now. Checks do not look at them. */
	void forget() {
		this.start = System.nanoTime();
	}

	/**
	 * Checks that each call until now ended in time, with one of these statuses.
	 * @param statuses the allowed statuses
	 */
	void assertEndedOnly(String... statuses) {
		assertHaveOnly(statuses);
		List<Call> calls = calls();
		Duration bound = this.deadline.plus(GRACE);
		assertThat(calls.stream().filter((call) -> call.duration().minus(pauses(call)).compareTo(bound) > 0).limit(5))
			.as("calls of %s that took more than %s without pauses of the machine, of %s", this.mode, bound,
					counts(calls))
			.isEmpty();
	}

	// In them no program can end a call whose deadline has passed
	private Duration pauses(Call call) {
		return PAUSES.between(call.beginNanos() + this.deadline.toNanos(), call.endNanos());
	}

	/**
	 * Checks that each call until now ended with one of these statuses, at any time.
	 * @param statuses the allowed statuses
	 */
	void assertHaveOnly(String... statuses) {
		List<Call> calls = calls();
		assertThat(calls).as("calls of %s", this.mode).isNotEmpty();
		assertThat(calls.stream().filter((call) -> !List.of(statuses).contains(call.status())).limit(5))
			.as("calls of %s of another status than %s, of %s", this.mode, List.of(statuses), counts(calls))
			.isEmpty();
	}

	/** Checks that the call that runs now has not run for too long. */
	void assertStillMoving() {
		List<Call> calls = calls();
		assertThat(calls).isNotEmpty();
		assertThat(System.nanoTime() - calls.get(calls.size() - 1).endNanos())
			.as("since the last call of %s", this.mode)
			.isLessThan(this.deadline.plus(GRACE).toNanos());
	}

	static Map<String, Integer> counts(List<Call> calls) {
		Map<String, Integer> counts = new TreeMap<>();
		calls.forEach((call) -> counts.merge(call.status(), 1, Integer::sum));
		return counts;
	}

	/**
	 * Waits until the process has made all its calls.
	 * @param timeout how long
	 */
	void awaitEnd(Duration timeout) {
		assertThat(this.client.exitCode(timeout)).isZero();
	}

	void stop() {
		this.client.close();
	}

	ProgramLog newLog() {
		return ProgramLog.of(this.client);
	}

	/**
	 * A call that has ended.
	 *
	 * @param n its number
	 * @param status how it ended, OK only if the value is right
	 * @param line the printed line
	 * @param endNanos when it ended
	 * @param duration how long it took
	 */
	record Call(int n, String status, String line, long endNanos, Duration duration) {

		long beginNanos() {
			return this.endNanos - this.duration.toNanos();
		}

	}

}
