package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.Programs;
import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a cluster under a light load. All tests of a class share the cluster and the
 * programs, which start with the queue's leader at the node of one client.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
abstract class AbstractClusterTests {

	// RabbitMQ refuses requests while the queue has no leader. A client cannot tell this
	// from a full queue if requests wait in it.
	static final String[] STATUSES = { "OK", "UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED" };

	static final Duration WATCHED = Duration.ofSeconds(5);

	@RegisterExtension
	static final OwnCluster own = new OwnCluster();

	@RegisterExtension
	static final Programs programs = new Programs();

	static ClusteredPair pair;

	@BeforeAll
	static void startPrograms() {
		own.host().setPolicy("limits", "^rpc_queue$", """
				{"delivery-limit": 3, "max-length": 10000, "overflow": "reject-publish"}""", "quorum_queues");
		pair = ClusteredPair.start(programs, own);
		own.cluster().awaitMembersInSync(own.host(), "rpc_queue");
	}

	@BeforeEach
	void beginTest() {
		pair.beginTest();
	}

	static void assertSurvives(int node, Consumer<TestBroker> fault, Duration bound) {
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

	static void assertSurvivesCut(int node) throws Exception {
		try {
			if (own.cluster().pausesMinorities()) {
				assertSurvives(node, (broker) -> cutOff(node), LoadedPair.RECOVERY);
				pair.forget();
				Thread.sleep(WATCHED.toMillis());
				pair.assertEndedOnly("OK");
			}
			else {
				cutOff(node);
				Thread.sleep(WATCHED.toMillis());
				pair.assertEndedOnly(STATUSES);
			}
		}
		finally {
			own.cluster().healPartition();
		}
	}

	static void cutOff(int node) {
		own.cluster().cutOff(node);
		own.cluster().awaitCutOff(node);
	}

	@AfterEach
	@SuppressWarnings("SystemOut") // The build shows this output
	void allNodesComeBack(TestInfo test) {
		own.cluster().startMissing();
		pair.assertRecovers(LoadedPair.RECOVERY);
		own.cluster().awaitMembersInSync(own.host(), "rpc_queue");
		pair.assertEndedOnly(STATUSES);
		System.out.printf("%s: %s%n", test.getDisplayName(), pair);
	}

}
