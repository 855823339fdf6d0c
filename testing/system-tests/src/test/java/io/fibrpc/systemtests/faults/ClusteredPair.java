package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.systemtests.faults.CallLoop.Call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A server and, for each reply mode, a client with a few callers, each of which knows all
 * nodes of a cluster. Each caller has numbers of its own, so that the value of another
 * call is wrong. If a call is lost, its caller makes no further call.
 */
final class ClusteredPair {

	/**
	 * The node to which the server and the first client connect first. So the queue's
	 * leader is there.
	 */
	static final int FIRST_NODE = 1;

	private static final int CALLERS = 3;

	// Less than the default: a test of a frozen node waits for two heartbeats. With even
	// shorter ones the programs are at another node before the queue has a new leader.
	// There RabbitMQ 3 first tries to reach the frozen node, for up to 7 s, maybe twice
	private static final String HEARTBEAT = "8s";

	private static final List<ReplyMode> MODES = List.of(ReplyMode.values());

	private static final int ALL_CALLERS = CALLERS * MODES.size();

	private static final Duration PAUSE = Duration.ofMillis(20);

	private static final Duration DEADLINE = Duration.ofSeconds(2);

	// Between the ends of two calls of a caller: a pause, a call, and a while to print it
	private static final Duration LONGEST_SILENCE = DEADLINE.plus(PAUSE).plusMillis(500);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private final OwnCluster own;

	private final JarProcess server;

	private final List<CallLoop> clients;

	private long testBegun = System.nanoTime();

	private ClusteredPair(Programs programs, OwnCluster own) {
		this.own = own;
		this.server = programs.start("fib-server", Map.of(),
				LoadedPair.arguments(addresses(FIRST_NODE), "--server.port=0", "--fib.server.delay=5ms"));
		this.clients = IntStream.range(0, MODES.size()).mapToObj((index) -> startClient(programs, index)).toList();
		this.server.awaitReady();
		assertRecovers(START_TIMEOUT);
	}

	static ClusteredPair start(Programs programs, OwnCluster own) {
		return new ClusteredPair(programs, own);
	}

	private CallLoop startClient(Programs programs, int index) {
		return CallLoop.start(programs, addresses(FIRST_NODE + index), MODES.get(index), DEADLINE,
				"--callers=" + CALLERS, "--first-caller=" + CALLERS * index, "--all-callers=" + ALL_CALLERS,
				"--pause=" + PAUSE.toMillis(), "--logging.level.rpc=info");
	}

	/**
	 * How a program of the pair finds the nodes.
	 * @param first the node to which it connects first
	 * @return its settings
	 */
	Map<String, String> addresses(int first) {
		return LoadedPair.withHeartbeats(this.own.cluster().springProperties(this.own.host(), first), HEARTBEAT);
	}

	/** Forgets the calls of other tests. */
	void beginTest() {
		this.testBegun = System.nanoTime();
		forget();
	}

	/** Forgets the calls before now. Checks do not look at them. */
	void forget() {
		this.clients.forEach(CallLoop::forget);
	}

	/**
	 * Waits until each caller has a value of a call that begins after now.
	 * @param timeout how long
	 */
	void assertRecovers(Duration timeout) {
		assertAllHave("OK", timeout);
	}

	/**
	 * Waits until each caller has a call that begins after now and ends UNAVAILABLE.
	 * @param timeout how long
	 */
	void assertBecomesUnavailable(Duration timeout) {
		assertAllHave("UNAVAILABLE", timeout);
	}

	private void assertAllHave(String status, Duration timeout) {
		long now = System.nanoTime();
		Predicate<Call> value = (call) -> call.status().equals(status) && call.beginNanos() - now > 0;
		try {
			Awaitility.await()
				.pollInterval(Duration.ofMillis(50))
				.atMost(timeout)
				.until(() -> callersSince(now, value).size() == ALL_CALLERS);
		}
		catch (ConditionTimeoutException ex) {
			fail("Of %d callers only %s have %s within %s: %s", ALL_CALLERS, callersSince(now, value), status, timeout,
					this.clients.stream().map((client) -> client.describeSince(now)).toList());
		}
	}

	private Set<Integer> callersSince(long nanos, Predicate<Call> condition) {
		return this.clients.stream()
			.flatMap((client) -> client.callsSince(nanos).stream())
			.filter(condition)
			.map((call) -> call.n() % ALL_CALLERS)
			.collect(Collectors.toSet());
	}

	/**
	 * Checks that no call is lost, and that each has ended in time with its own value or
	 * with one of these statuses.
	 * @param statuses the allowed statuses
	 */
	void assertEndedOnly(String... statuses) {
		assertThat(callersSince(System.nanoTime() - LONGEST_SILENCE.toNanos(), (call) -> true))
			.as("callers whose calls end")
			.hasSize(ALL_CALLERS);
		this.clients.forEach((client) -> client.assertEndedOnly(statuses));
	}

	/**
	 * The lines that the programs log from now on.
	 * @return the server's log and the clients'
	 */
	List<ProgramLog> newLogs() {
		return Stream.concat(Stream.of(ProgramLog.of(this.server)), this.clients.stream().map(CallLoop::newLog))
			.toList();
	}

	/**
	 * How the calls of the test have ended, and for how long a caller had no value.
	 * @return a line for the measured times in {@code docs/operations.md}
	 */
	@Override
	public String toString() {
		List<Map<String, Integer>> counts = this.clients.stream()
			.map((client) -> CallLoop.counts(client.callsSince(this.testBegun)))
			.toList();
		return "%s %s, a caller had no value for up to %d ms".formatted(MODES, counts,
				longestWithoutValue().toMillis());
	}

	private Duration longestWithoutValue() {
		Map<Integer, List<Long>> values = this.clients.stream()
			.flatMap((client) -> client.callsSince(this.testBegun).stream())
			.filter((call) -> call.status().equals("OK"))
			.collect(Collectors.groupingBy((call) -> call.n() % ALL_CALLERS,
					Collectors.mapping(Call::endNanos, Collectors.toList())));
		return Duration.ofNanos(values.values().stream().mapToLong(this::longestWithoutValue).max().orElse(0));
	}

	private long longestWithoutValue(List<Long> ends) {
		long longest = 0;
		long last = this.testBegun;
		for (long end : ends) {
			longest = Math.max(longest, end - last);
			last = end;
		}
		return longest;
	}

}
