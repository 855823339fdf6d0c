package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with far more calls than clients and servers can handle.
 * {@code -Dfib.overload=full} runs them at full length.
 */
@Isolated // It needs the machine for itself
class OverloadTests extends FaultTests {

	private static final Duration DEADLINE = Duration.ofSeconds(5);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration OVERLOAD = Duration
		.ofSeconds("full".equals(System.getProperty("fib.overload")) ? 15 : 5);

	// As many as a server that takes 1 ms answers in time on a machine that 5,000 threads
	// keep busy
	private static final int MOST_IN_FLIGHT = 256;

	// The client's channels for calls and for questions, the server's for replies, and
	// that of a new consumer. Each may still be closing while the next one is open
	private static final int FEW_CHANNELS = 8;

	private CallLoop start(ReplyMode mode, String... settings) {
		return CallLoop.start(this.programs, this.programs.host().springProperties(), mode, DEADLINE, settings);
	}

	/**
	 * A server that takes 10 ms for each request does at most 100 a second; 600 callers
	 * with each reply mode, 64 of them in flight, ask more than 1,000 times a second.
	 */
	@Test
	@Fault(FaultCase.G7)
	void tenTimesWhatTheServerCanDo() throws Exception {
		server("alpha", "10ms");
		CallLoop alone = start(ReplyMode.DIRECT, "--callers=4");
		alone.await("OK", START_TIMEOUT);
		double capacity = goodput(List.of(alone), Duration.ofSeconds(5));
		alone.stop();

		List<CallLoop> overload = Stream.of(ReplyMode.values())
			.map((mode) -> start(mode, "--callers=600", "--pause=1000", "--rabbit.rpc.client.max-in-flight=64"))
			.toList();
		CallLoop.await(overload, "RESOURCE_EXHAUSTED", START_TIMEOUT);
		assertThat(goodput(overload, OVERLOAD)).as("values per second").isGreaterThan(0.8 * capacity);
		for (CallLoop calls : overload) {
			calls.assertEndedOnly("OK", "RESOURCE_EXHAUSTED");
			calls.stop();
		}
		peer().probe(DEADLINE);
		peer().awaitAllAcknowledged();
	}

	private double goodput(List<CallLoop> loops, Duration duration) throws InterruptedException {
		long start = System.nanoTime();
		Thread.sleep(duration.toMillis());
		long end = System.nanoTime();
		long values = loops.stream()
			.flatMap((loop) -> loop.calls().stream())
			.filter((call) -> call.endNanos() > start && call.endNanos() <= end && call.status().equals("OK"))
			.count();
		return values / (double) duration.toSeconds();
	}

	/**
	 * The client itself refuses all calls beyond 256.
	 */
	@Test
	@Fault(FaultCase.G8)
	void fiveThousandCallersOfOneClient() throws Exception {
		server("alpha", "1ms");
		BrokerCounts before = BrokerCounts.of(this.programs.host());
		for (ReplyMode mode : ReplyMode.values()) {
			CallLoop calls = start(mode, "--callers=5000", "--rounds=2", "--pause=2000",
					"--rabbit.rpc.client.max-in-flight=" + MOST_IN_FLIGHT);
			calls.await("OK", START_TIMEOUT);
			BrokerCounts during = BrokerCounts.of(this.programs.host());
			assertThat(during.connections()).as("connections").isLessThanOrEqualTo(before.connections() + 2);
			assertThat(during.channels()).as("channels").isLessThanOrEqualTo(before.channels() + FEW_CHANNELS);
			calls.awaitEnd(START_TIMEOUT);
			calls.assertEndedOnly("OK", "RESOURCE_EXHAUSTED");
			Map<String, Integer> counts = CallLoop.counts(calls.calls());
			assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).as("calls").isEqualTo(10_000);
			assertThat(counts.get("OK")).as("values").isGreaterThanOrEqualTo(2 * MOST_IN_FLIGHT);
		}
		peer().probe(LoadedPair.RECOVERY);
		peer().awaitAllAcknowledged();
	}

}
