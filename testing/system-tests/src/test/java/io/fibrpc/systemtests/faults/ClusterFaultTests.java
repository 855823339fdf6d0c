package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TestCluster;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a cluster that loses nodes or connections between them. The test that needs
 * the queue's leader at the node of one client comes first.
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
	@Fault({ FaultCase.CLUSTER_STOPPED, FaultCase.CLUSTER_ROLLING_RESTART })
	void nodeIsRestartedWithAnotherConfiguration(int node) {
		own.cluster().configure(node, "channel_max = 512\n");
		assertSurvives(node, TestBroker::stop, LoadedPair.RECOVERY);
		own.cluster().startMissing();
		assertThat(own.cluster().broker(node).rabbitmqctl("eval", "application:get_env(rabbit, channel_max)."))
			.isEqualTo("{ok,512}");
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

	@Test
	@Order(6)
	@Fault(FaultCase.CLUSTER_LEADER_MOVED)
	void leaderIsMovedToEachNode() throws Exception {
		int leader = own.cluster().leader(own.host(), "rpc_queue");
		for (int next : List.of((leader + 1) % TestCluster.SIZE, (leader + 2) % TestCluster.SIZE, leader)) {
			own.cluster().moveLeader(own.host(), "rpc_queue", next);
			pair.assertRecovers(LoadedPair.AT_ONCE);
			assertThat(own.cluster().leader(own.host(), "rpc_queue")).isEqualTo(next);
			pair.assertEndedOnly(STATUSES);
		}
	}

	@Test
	@Order(7)
	@Fault(FaultCase.CLUSTER_NODE_CUT_OFF)
	void nodeIsCutOffAndComesBack() throws Exception {
		assertSurvivesCut(own.cluster().leader(own.host(), "rpc_queue"));
	}

	@Test
	@Order(8)
	@Fault(FaultCase.CLUSTER_PARTITION)
	void allNodesAreCutOffAndComeBack() throws Exception {
		TestCluster cluster = own.cluster();
		try {
			cluster.cutOff(0);
			cluster.cutOff(1);
			IntStream.range(0, TestCluster.SIZE).forEach(cluster::awaitCutOff);
			Thread.sleep(WATCHED.toMillis());
			pair.assertEndedOnly(STATUSES);
		}
		finally {
			cluster.healPartition();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	@Order(9)
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
