package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.convert.DurationStyle;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.faults.RawMessage.Property;
import io.fibrpc.testbroker.OwnBroker;
import io.fibrpc.testbroker.TcpProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Faults at random for a while, or for {@code -Dfib.soak.duration=5m}.
 * {@code -Dfib.soak.seed} repeats a run's faults.
 */
@Order(9)
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class SoakTests {

	private static final Duration DURATION = DurationStyle
		.detectAndParse(System.getProperty("fib.soak.duration", "12s"));

	private static final long SEED = Long.getLong("fib.soak.seed", System.nanoTime());

	private static final Duration DEADLINE = Duration.ofSeconds(2);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration FROZEN = Duration.ofSeconds(2);

	private static final int MORE_THREADS = 15;

	private static final int MORE_HEAP_KILOBYTES = 16 * 1024;

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private final Random random = new Random(SEED);

	private final TcpProxy servers = this.programs.closeAfterThem(TcpProxy.to(own.broker()));

	private final TcpProxy clients = this.programs.closeAfterThem(TcpProxy.to(own.broker()));

	private final JarProcess[] pair = new JarProcess[2];

	private int deadLetters;

	@Test
	@Fault(FaultCase.SOAK)
	@SuppressWarnings("SystemOut") // The build shows this output
	void faultsAtRandom() throws Exception {
		System.out.printf("Soak for %s, -Dfib.soak.seed=%d%n", DURATION, SEED);
		this.pair[0] = startServer();
		this.pair[1] = startServer();
		for (JarProcess server : this.pair) {
			server.awaitReady();
		}
		warmUp();
		BrokerCounts brokerBefore = BrokerCounts.of(own.host());
		JvmStatistics before = JvmStatistics.of(this.pair[0]);

		CallLoops calls = CallLoops.start(this.programs, own.host().springProperties(this.clients), DEADLINE);
		calls.await("OK", START_TIMEOUT);
		Map<SoakFault, Integer> faults = new TreeMap<>();
		Instant end = Instant.now().plus(DURATION);
		while (Instant.now().isBefore(end)) {
			SoakFault fault = SoakFault.of(this.random.nextDouble());
			faults.merge(fault, 1, Integer::sum);
			make(fault, calls);
			calls.await("OK", LoadedPair.RECOVERY);
		}
		calls.assertStillMoving();
		calls.stop();
		System.out.printf("Faults %s, calls %s%n", faults, calls.counts());
		calls.assertEndedOnly("OK", "UNAVAILABLE", "DEADLINE_EXCEEDED");

		assertThat(own.host().queue("rpc_dead_letters").ready()).isGreaterThanOrEqualTo(this.deadLetters);
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			// A server that came back late may not have answered since. It opens its
			// reply connection only with its first answer
			warmUp();
			BrokerCounts brokerAfter = BrokerCounts.of(own.host());
			// If a server declared its queues while it consumed, it keeps the idle
			// channel of that
			long idle = brokerAfter.channels() - brokerBefore.channels();
			assertThat(idle).as("more channels").isLessThanOrEqualTo(this.pair.length);
			assertThat(brokerAfter.without(idle)).isEqualTo(brokerBefore);
		});
		for (JarProcess server : this.pair) {
			JvmStatistics after = JvmStatistics.of(server);
			assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + MORE_THREADS);
			assertThat(after.heapKilobytes()).isLessThanOrEqualTo(before.heapKilobytes() + MORE_HEAP_KILOBYTES);
		}
	}

	private void make(SoakFault fault, CallLoops calls) throws Exception {
		int index = this.random.nextInt(this.pair.length);
		switch (fault) {
			case SERVER_KILLED -> {
				this.pair[index].kill();
				calls.await("OK", LoadedPair.RECOVERY);
				this.pair[index] = startServer().awaitReady();
			}
			case SERVER_FROZEN -> {
				this.pair[index].freeze();
				Thread.sleep(FROZEN.toMillis());
				this.pair[index].thaw();
			}
			case CLIENTS_RESET -> this.clients.reset();
			case SERVERS_RESET -> this.servers.reset();
			case CONNECTIONS_CLOSED -> own.host().closeAllConnections("soak");
			case HOSTILE_REQUESTS -> hostileRequests();
			case BROKER_RESTARTED -> own.broker().restart();
		}
	}

	private void hostileRequests() throws Exception {
		try (RawAmqp hostile = new RawAmqp(own.host())) {
			hostile.publish("rpc_queue", new RawMessage("10").with(Property.CORRELATION_ID, "hostile"));
			hostile.publish("rpc_queue", HostileRequest.E12_SERIALISED_ARRAY.message("amq.gen-gone"));
			this.deadLetters++;
		}
	}

	// Makes each server answer, so that all its connections are open
	private void warmUp() throws Exception {
		Peer peer = new Peer(own.host());
		try {
			for (int i = 0; i < 50; i++) {
				peer.probe(LoadedPair.RECOVERY);
			}
			peer.awaitAllAcknowledged();
		}
		finally {
			peer.channel().getConnection().close();
		}
	}

	// Spring keeps idle channels, for instance if a reply and a health check come at the
	// same moment. It keeps only one here, so that channels can be counted
	private JarProcess startServer() {
		return this.programs.process("fib-server", Map.of(),
				LoadedPair.arguments(own.host().springProperties(this.servers), "--server.port=0",
						"--fib.server.delay=5ms", "--spring.rabbitmq.cache.channel.size=1"));
	}

}
