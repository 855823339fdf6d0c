package io.fibrpc.systemtests.faults;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import io.fibrpc.systemtests.Fibonacci;
import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.OutputLine;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A client process that makes one call after the other, until it is stopped or has made
 * them all. Each call prints one line when it ends.
 */
final class CallLoop {

	/** Enough for calls that fail at once. */
	static final int ENDLESS = 100_000;

	private static final Pattern VALUE = Pattern.compile("fib\\((\\d+)\\) = (\\d+)");

	private static final Pattern FAILURE = Pattern.compile("error: ([A-Z_]+): .*");

	private static final int LARGEST_N = 90;

	private static final Duration GRACE = Duration.ofMillis(250);

	private static final List<BigInteger> VALUES = new ArrayList<>();

	static {
		for (int n = 0; n < LARGEST_N; n++) {
			VALUES.add(Fibonacci.of(n));
		}
	}

	private final JarProcess client;

	private final Duration deadline;

	private CallLoop(JarProcess client, Duration deadline) {
		this.client = client;
		this.deadline = deadline;
	}

	static CallLoop start(Programs programs, Map<String, String> broker, ReplyMode mode, Duration deadline, int calls) {
		List<String> arguments = new ArrayList<>();
		broker.forEach((name, value) -> arguments.add("--%s=%s".formatted(name, value)));
		arguments.add(mode.argument());
		arguments.add("--fib.client.deadline=%dms".formatted(deadline.toMillis()));
		for (int i = 0; i < calls; i++) {
			arguments.add(Integer.toString(i % LARGEST_N));
		}
		return new CallLoop(programs.start("fib-client", Map.of(), arguments), deadline);
	}

	/**
	 * The calls that have ended.
	 * @return the calls; a first one is missing, whose start is not known
	 */
	List<Call> calls() {
		List<Call> calls = new ArrayList<>();
		long previous = 0;
		for (OutputLine line : this.client.timedLines()) {
			String status = status(line.text());
			if (!status.isEmpty()) {
				if (previous != 0) {
					calls.add(new Call(status, line.text(), line.nanos(), Duration.ofNanos(line.nanos() - previous)));
				}
				previous = line.nanos();
			}
		}
		return calls;
	}

	List<Call> callsSince(long nanos) {
		return calls().stream().filter((call) -> call.endNanos() - nanos > 0).toList();
	}

	private String status(String line) {
		Matcher value = VALUE.matcher(line);
		if (value.matches()) {
			BigInteger expected = VALUES.get(Integer.parseInt(value.group(1)));
			return expected.equals(new BigInteger(value.group(2))) ? "OK" : "WRONG";
		}
		Matcher failure = FAILURE.matcher(line);
		return failure.matches() ? failure.group(1) : "";
	}

	/**
	 * Waits for a call that ends with a status after now.
	 * @param status the status
	 * @param timeout how long
	 */
	void await(String status, Duration timeout) {
		long now = System.nanoTime();
		try {
			Awaitility.await()
				.pollInterval(Duration.ofMillis(20))
				.atMost(timeout)
				.until(() -> callsSince(now).stream().anyMatch((call) -> call.status().equals(status)));
		}
		catch (ConditionTimeoutException ex) {
			List<Call> last = callsSince(now);
			fail("No call ended %s within %s, but %s; the last are %s", status, timeout, counts(last),
					last.subList(Math.max(0, last.size() - 5), last.size()));
		}
	}

	/**
	 * Checks that each call until now ended in time, and with a status that may be.
	 * @param statuses what may be
	 */
	void assertEndedOnly(String... statuses) {
		List<Call> calls = calls();
		Duration bound = this.deadline.plus(GRACE);
		assertThat(calls).as("calls").isNotEmpty();
		assertThat(calls.stream().filter((call) -> !List.of(statuses).contains(call.status())).limit(5))
			.as("calls of another status than %s, of %s", List.of(statuses), counts(calls))
			.isEmpty();
		assertThat(calls.stream().filter((call) -> call.duration().compareTo(bound) > 0).limit(5))
			.as("calls that took more than %s, of %s", bound, counts(calls))
			.isEmpty();
	}

	/** Checks that the call that runs now has not run for too long. */
	void assertStillMoving() {
		List<Call> calls = calls();
		assertThat(calls).isNotEmpty();
		assertThat(System.nanoTime() - calls.get(calls.size() - 1).endNanos()).as("since the last call ended")
			.isLessThan(this.deadline.plus(GRACE).toNanos());
	}

	static Map<String, Integer> counts(List<Call> calls) {
		Map<String, Integer> counts = new TreeMap<>();
		calls.forEach((call) -> counts.merge(call.status(), 1, Integer::sum));
		return counts;
	}

	boolean isRunning() {
		return this.client.isAlive();
	}

	void freeze() {
		this.client.freeze();
	}

	void thaw() {
		this.client.thaw();
	}

	void stop() {
		this.client.kill();
	}

	/**
	 * A call that has ended.
	 *
	 * @param status how, OK only if the value is right
	 * @param line what it printed
	 * @param endNanos when
	 * @param duration how long it took
	 */
	record Call(String status, String line, long endNanos, Duration duration) {

	}

}
