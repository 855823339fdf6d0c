package io.fibrpc.systemtests.faults;

import java.time.Duration;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a cluster that loses nodes. The test that needs the queue's leader at the node
 * of one client comes first.
 */
@Order(1)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterFaultTests extends AbstractClusterTests {

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
		own.cluster().killTogether(0, 1);
		Thread.sleep(WATCHED.toMillis());
		pair.assertEndedOnly(STATUSES);
	}

	@Test
	@Order(5)
	@Fault(FaultCase.CLUSTER_DISK_ALARM)
	void diskAlarmOfOneNode() throws Exception {
		TestBroker broker = own.cluster().broker(0);
		broker.rabbitmqctl("set_disk_free_limit", "1000000000000000");
		try {
			pair.assertBecomesUnavailable(LoadedPair.RECOVERY);
			pair.forget();
			Thread.sleep(Duration.ofSeconds(2).toMillis());
			pair.assertEndedOnly("UNAVAILABLE");
		}
		finally {
			broker.rabbitmqctl("set_disk_free_limit", "50MB");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	@Order(6)
	@Fault(FaultCase.CLUSTER_FROZEN)
	void frozenNode(int node) {
		TestBroker broker = own.cluster().broker(node);
		try {
			assertSurvives(node, TestBroker::pause, LoadedPair.NOTICED);
		}
		finally {
			broker.resume();
		}
		pair.assertRecovers(LoadedPair.RECOVERY);
		// If the others have given it up, it stays apart from them until it starts again
		broker.kill();
	}

}
