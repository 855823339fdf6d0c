package io.fibrpc.systemtests.faults;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The long form of what {@link ClusterFaultTests} do with one node or two. Only
 * {@code scripts/verify --soak} runs it.
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
		assertSurvivesCut(node);
	}

}
