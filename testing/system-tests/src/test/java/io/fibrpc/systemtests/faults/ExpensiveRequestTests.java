package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import io.fibrpc.systemtests.Programs;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a request that takes a server seconds, among others that take it nothing.
 */
@Isolated("Its bounds of time are for programs that have the machine")
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class ExpensiveRequestTests {

	private static final int EXPENSIVE = 5_000_000;

	private static final Duration ANSWERED = Duration.ofSeconds(10);

	// At the same time
	private static final int NEIGHBOURS = 60;

	@RegisterExtension
	final Programs programs = new Programs();

	@Test
	@Fault(FaultCase.EXPENSIVE_REQUEST)
	void expensiveRequestAmongOthers() throws Exception {
		this.programs.server("--fib.server.max-n=" + EXPENSIVE,
				"--spring.rabbitmq.listener.direct.consumers-per-queue=2");
		Peer peer = new Peer(this.programs.host());
		for (int i = 0; i < 20; i++) {
			peer.probe(LoadedPair.RECOVERY);
		}
		String expensive = peer.request(EXPENSIVE);
		// In order and not in time, because a busy machine slows down all of them
		assertThat(answers(peer, NEIGHBOURS)).as("answers before the expensive one").doesNotContain(expensive);
		Set<String> answered;
		do {
			answered = answers(peer, NEIGHBOURS);
		}
		while (!answered.contains(expensive));
	}

	// Sends requests at the same time and takes replies until all of them have theirs
	private static Set<String> answers(Peer peer, int count) throws Exception {
		Set<String> requests = peer.requests(count, 10);
		Set<String> answered = new HashSet<>();
		long end = System.nanoTime() + ANSWERED.toNanos();
		while (!answered.containsAll(requests)) {
			answered.add(id(peer.reply("The next reply after %d of %d".formatted(answered.size(), count),
					Duration.ofNanos(end - System.nanoTime()))));
		}
		return answered;
	}

	private static String id(Delivery reply) {
		return String.valueOf(reply.getProperties().getCorrelationId());
	}

}
