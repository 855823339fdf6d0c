package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.systemtests.Programs;
import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a cluster that loses nodes under a light load. All tests share the cluster and
 * the programs, which start with the queue's leader at the node of one client. The test
 * that needs this comes first.
 */
@Tag("broker")
@Tag("waiting")
@Tag("once")
@Order(2) // It takes nearly as long as the longest
@DisplayNameGeneration(FaultNames.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterFaultTests {

	// RabbitMQ refuses requests while the queue has no leader. A client cannot tell this
	// from a full queue if requests wait in it.
	private static final String[] STATUSES = { "OK", "UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED" };

	private static final Duration WATCHED = Duration.ofSeconds(5);

	@RegisterExtension
	static final OwnCluster own = new OwnCluster();

	@RegisterExtension
	static final Programs programs = new Programs();

	private static ClusteredPair pair;

	@BeforeAll
	static void startPrograms() {
		own.host().setPolicy("limits", "^rpc_queue$", """
				{"delivery-limit": 3, "max-length": 10000, "overflow": "reject-publish"}""", "quorum_queues");
		pair = ClusteredPair.start(programs, own);
		own.cluster().awaitMembersOnline(own.host(), "rpc_queue");
	}

	@BeforeEach
	void forget() {
		pair.forget();
	}

	@Test
	@Order(1)
	@Fault(FaultCase.CLUSTER_LEADER_LOST)
	void leadersNodeIsKilledAndStaysAway() throws Exception {
		int leader = own.cluster().leader(own.host(), "rpc_queue");
		assertThat(leader).isEqualTo(ClusteredPair.FIRST_NODE);
		assertSurvives(leader, TestBroker::kill, LoadedPair.RECOVERY);
		pair.forget();
		Thread.sleep(WATCHED.toMillis());
		pair.assertEndedOnly("OK");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	@Order(2)
	@Fault(FaultCase.CLUSTER_KILLED)
	void killedNode(int node) {
		assertSurvives(node, TestBroker::kill, LoadedPair.RECOVERY);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	@Order(3)
	@Fault(FaultCase.CLUSTER_STOPPED)
	void stoppedNode(int node) {
		assertSurvives(node, TestBroker::stop, LoadedPair.RECOVERY);
	}

	@Test
	@Order(4)
	@Fault(FaultCase.CLUSTER_MAJORITY_LOST)
	void majorityIsKilledAndComesBack() throws Exception {
		own.cluster().broker(0).kill();
		own.cluster().broker(1).kill();
		Thread.sleep(WATCHED.toMillis());
		pair.assertEndedOnly(STATUSES);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	@Order(5)
	@Fault(FaultCase.CLUSTER_FROZEN)
	void frozenNode(int node) {
		try {
			assertSurvives(node, TestBroker::pause, LoadedPair.NOTICED);
		}
		finally {
			own.cluster().broker(node).resume();
		}
	}

	private void assertSurvives(int node, Consumer<TestBroker> fault, Duration bound) {
		TestBroker broker = own.cluster().broker(node);
		List<ProgramLog> logs = pair.newLogs();
		fault.accept(broker);
		pair.assertRecovers(bound);
		pair.assertEndedOnly(STATUSES);
		assertThat(logs).flatExtracting(ProgramLog::lines)
			.filteredOn((line) -> line.contains("Connected to RabbitMQ at"))
			.as("connected to the others")
			.noneMatch((line) -> line.contains("%s:%d".formatted(broker.host(), broker.port())));
	}

	@AfterEach
	void allNodesComeBack() {
		own.cluster().startMissing();
		pair.assertRecovers(LoadedPair.RECOVERY);
		own.cluster().awaitMembersOnline(own.host(), "rpc_queue");
		pair.assertEndedOnly(STATUSES);
	}

}
