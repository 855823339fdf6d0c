package io.fibrpc.systemtests.faults;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TestCluster;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a cluster that take minutes: partitions, and what its operators do. Only
 * {@code scripts/verify --soak} runs them.
 */
@Isolated("Its bounds of time are for programs that have the machine")
@Tag("soak")
class ClusterOperationTests extends AbstractClusterTests {

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 2", "2, 0" })
	@Fault(FaultCase.CLUSTER_MAJORITY_LOST)
	void twoNodesAreKilledAtTheSameMomentAndComeBack(int one, int other) throws Exception {
		own.cluster().killTogether(one, other);
		Thread.sleep(WATCHED.toMillis());
		pair.assertEndedOnly(STATUSES);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	@Fault(FaultCase.CLUSTER_NODE_CUT_OFF)
	void nodeIsCutOffAndComesBack(int node) throws Exception {
		try {
			assertSurvives(node, (broker) -> {
				own.cluster().cutOff(node);
				own.cluster().awaitPaused(node);
			}, LoadedPair.RECOVERY);
			pair.forget();
			Thread.sleep(WATCHED.toMillis());
			pair.assertEndedOnly("OK");
		}
		finally {
			own.cluster().healPartition();
		}
	}

	@Test
	@Fault(FaultCase.CLUSTER_PARTITION)
	void allNodesAreCutOffAndComeBack() throws Exception {
		TestCluster cluster = own.cluster();
		try {
			cluster.cutOff(0);
			cluster.cutOff(1);
			IntStream.range(0, TestCluster.SIZE).forEach(cluster::awaitPaused);
			Thread.sleep(WATCHED.toMillis());
			pair.assertEndedOnly(STATUSES);
		}
		finally {
			cluster.healPartition();
		}
	}

	@Test
	@Fault(FaultCase.CLUSTER_ROLLING_RESTART)
	void nodesAreRestartedInTurnWithAnotherConfiguration() {
		for (int node = 0; node < TestCluster.SIZE; node++) {
			own.cluster().configure(node, "channel_max = 512\n");
			assertSurvives(node, TestBroker::stop, LoadedPair.RECOVERY);
			own.cluster().startMissing();
			own.cluster().awaitMembersInSync(own.host(), "rpc_queue");
			assertThat(own.cluster().broker(node).rabbitmqctl("eval", "application:get_env(rabbit, channel_max)."))
				.isEqualTo("{ok,512}");
		}
	}

	@Test
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

}
