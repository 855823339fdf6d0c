package io.fibrpc.systemtests.faults;

import java.util.Map;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The long form of what {@link ClusterFaultTests} do with one node or two. Only
 * {@code scripts/verify --soak} runs it. The test that knows where the programs are
 * connected comes first.
 */
@Isolated("Its bounds of time are for programs that have the machine")
@Tag("soak")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterOperationTests extends AbstractClusterTests {

	@Test
	@Order(1)
	@Fault(FaultCase.CLUSTER_NODE_CUT_OFF)
	void clientLeavesANodeThatStaysCutOff() {
		programs.start("fib-server", Map.of(), LoadedPair.arguments(pair.addresses(0), "--server.port=0")).awaitReady();
		try {
			cutOff(ClusteredPair.FIRST_NODE);
			pair.assertRecovers(LoadedPair.NOTICED);
		}
		finally {
			own.cluster().healPartition();
		}
	}

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
		assertSurvivesCut(node);
	}

}
