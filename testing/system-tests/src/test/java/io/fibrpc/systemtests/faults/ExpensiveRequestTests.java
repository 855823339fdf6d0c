package io.fibrpc.systemtests.faults;

import java.time.Duration;
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

	private static final Duration ANSWERED = Duration.ofSeconds(2);

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
		int others = 0;
		boolean ended = false;
		while (!ended) {
			Set<String> neighbours = peer.requests(NEIGHBOURS, 10);
			long end = System.nanoTime() + ANSWERED.toNanos();
			while (!neighbours.isEmpty()) {
				String answered = id(peer.reply("The next of %d replies".formatted(neighbours.size()),
						Duration.ofNanos(end - System.nanoTime())));
				if (answered.equals(expensive)) {
					ended = true;
				}
				else {
					assertThat(neighbours.remove(answered)).as("the reply of a neighbour").isTrue();
					others += ended ? 0 : 1;
				}
			}
		}
		assertThat(others).as("requests that were answered meanwhile").isGreaterThanOrEqualTo(NEIGHBOURS);
	}

	private static String id(Delivery reply) {
		return String.valueOf(reply.getProperties().getCorrelationId());
	}

}
