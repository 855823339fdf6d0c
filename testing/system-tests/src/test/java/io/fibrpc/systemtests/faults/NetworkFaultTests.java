package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TcpProxy.Direction;
import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of networks that fail between a program and the broker.
 */
@Tag("broker")
@Order(3)
@DisplayNameGeneration(FaultNames.class)
class NetworkFaultTests {

	private static final Duration LATENCY = Duration.ofMillis(300);

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private TcpProxy servers;

	private TcpProxy clients;

	@BeforeEach
	void startProxies() {
		this.servers = this.programs.closeAfterThem(TcpProxy.to(TestBroker.shared()));
		this.clients = this.programs.closeAfterThem(TcpProxy.to(TestBroker.shared()));
	}

	private LoadedPair start() {
		return start(this.programs.host().springProperties(this.servers));
	}

	private LoadedPair start(Map<String, String> serversBroker) {
		return start(serversBroker, LoadedPair.DEADLINE);
	}

	private LoadedPair start(Map<String, String> serversBroker, Duration deadline) {
		return LoadedPair.start(this.programs, this.programs.host(), serversBroker,
				this.programs.host().springProperties(this.clients), deadline);
	}

	@Test
	@Fault(FaultCase.C1)
	void resetConnections() {
		LoadedPair pair = start();
		this.clients.reset();
		pair.assertRecovers();
		this.servers.reset();
		pair.assertRecoversAndSaysSoOnce("OK", "UNAVAILABLE");
	}

	@Test
	@Fault(FaultCase.C2)
	void blackHoleBeforeTheClient() {
		LoadedPair pair = start();
		this.clients.blackHole();
		pair.calls().await("DEADLINE_EXCEEDED", Duration.ofSeconds(5));
		pair.awaitClientsNotice();
		this.clients.restore();
		pair.assertRecovers();
		pair.assertInvariant("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
		pair.assertClientsSayOnce();
		pair.assertServerIsSilent();
	}

	@Test
	@Fault(FaultCase.C3)
	void blackHoleBeforeTheServer() {
		LoadedPair pair = start(LoadedPair.withShortHeartbeats(this.programs.host().springProperties(this.servers)));
		this.servers.blackHole();
		pair.calls().await("DEADLINE_EXCEEDED", Duration.ofSeconds(5));
		pair.awaitServerNotices();
		// By now RabbitMQ has closed the connection, after at most three heartbeats, and
		// nobody consumes
		pair.calls().await("UNAVAILABLE", LoadedPair.NOTICED);
		this.servers.restore();
		pair.assertRecovers();
		pair.assertInvariant("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
		pair.assertServerSaysOnce();
		pair.assertClientsAreSilent();
	}

	@Test
	@Fault(FaultCase.ONE_CONNECTION_SILENT)
	void oneConnectionOfTheServer() {
		Program server = this.programs.start("fib-server", Map.of(), LoadedPair.arguments(
				LoadedPair.withShortHeartbeats(this.programs.host().springProperties(this.servers)), "--server.port=0"))
			.awaitReady();
		CallLoops calls = CallLoops.start(this.programs, this.programs.host().springProperties(), LoadedPair.DEADLINE);
		calls.await("OK", Duration.ofSeconds(60));
		assertThat(this.servers.connections()).isEqualTo(2);
		// A silent connection keeps its index
		for (int index = 0; index < 2; index++) {
			int before = this.servers.connectionsTaken();
			this.servers.silenceConnection(index);
			await().atMost(LoadedPair.RECOVERY).until(() -> this.servers.connectionsTaken() > before);
			calls.await("OK", LoadedPair.RECOVERY);
		}
		calls.assertStillMoving();
		calls.assertEndedOnly("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
		assertThat(this.servers.connectionsTaken()).isEqualTo(4);
		server.awaitUp("/actuator/health/readiness", LoadedPair.RECOVERY);
	}

	@Test
	@Fault(FaultCase.C4)
	void latency() {
		// A call takes 1.2 s, and more while others have the processors
		LoadedPair pair = start(this.programs.host().springProperties(this.servers), LATENCY.multipliedBy(20));
		this.clients.latency(LATENCY);
		this.servers.latency(LATENCY);
		for (int i = 0; i < 3; i++) {
			pair.assertRecovers();
		}
		pair.calls().assertEndedOnly("OK");
		this.clients.restore();
		this.servers.restore();
		pair.assertInvariant("OK");
		pair.assertServerIsSilent();
		pair.assertClientsAreSilent();
	}

	@Test
	@Fault(FaultCase.C7)
	void halfOpenConnections() {
		LoadedPair pair = start();
		this.clients.leaveHalfOpen();
		pair.assertRecovers();
		pair.assertInvariant("OK", "UNAVAILABLE");
		pair.assertClientsSayOnce();
		pair.assertServerIsSilent();
	}

	@Test
	@Fault(FaultCase.BYTE_BY_BYTE)
	void oneByteAtATime() {
		LoadedPair pair = start();
		this.clients.oneByteAtATime();
		this.servers.oneByteAtATime();
		for (int i = 0; i < 10; i++) {
			pair.assertRecovers();
		}
		pair.assertInvariant("OK");
		pair.assertServerIsSilent();
		pair.assertClientsAreSilent();
	}

	@Test
	@Fault(FaultCase.CUT_INSIDE_FRAME)
	void cutInsideAFrame() {
		LoadedPair pair = start();
		for (Direction direction : Direction.values()) {
			this.clients.cutInsideFrame(direction, 11);
			pair.calls().await("UNAVAILABLE", LoadedPair.AT_ONCE);
			this.clients.restore();
			pair.assertRecovers();
			this.servers.cutInsideFrame(direction, 11);
			pair.calls().await("UNAVAILABLE", Duration.ofSeconds(3));
			this.servers.restore();
			pair.assertRecovers();
		}
		pair.assertInvariant("OK", "UNAVAILABLE", "DEADLINE_EXCEEDED");
	}

}
