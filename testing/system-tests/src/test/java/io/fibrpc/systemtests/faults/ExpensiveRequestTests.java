package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

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

	private static final int EXPENSIVE = 2_000_000;

	private static final Duration ANSWERED = Duration.ofSeconds(1);

	// Some 60 requests a second, of which a server takes one at a time
	private static final int PAUSE_MILLIS = 12;

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
		String answered;
		do {
			TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
			String other = peer.request(10);
			answered = id(peer.reply("The reply of another request", ANSWERED));
			if (answered.equals(expensive)) {
				assertThat(id(peer.reply("The reply of the last request", ANSWERED))).isEqualTo(other);
			}
			else {
				assertThat(answered).isEqualTo(other);
				others++;
			}
		}
		while (!answered.equals(expensive));
		assertThat(others).as("requests that were answered meanwhile").isGreaterThan(10);
	}

	private static String id(Delivery reply) {
		return String.valueOf(reply.getProperties().getCorrelationId());
	}

}
