package io.fibrpc.systemtests;

import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;

import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.support.hierarchical.ParallelExecutionConfiguration;
import org.junit.platform.engine.support.hierarchical.ParallelExecutionConfigurationStrategy;

import io.fibrpc.testbroker.TestBroker;

/**
 * How many classes of tests run at the same time. JUnit creates it, by
 * {@code junit-platform.properties}.
 */
public final class ClassesAtATime implements ParallelExecutionConfigurationStrategy {

	// On two processors, a third class kept containers so busy that nodes of a cluster
	// and
	// programs were late. Nodes without containers need less.
	private static final int ON_CONTAINERS = 2;

	private static final int ON_NODES = 3;

	@Override
	public ParallelExecutionConfiguration createConfiguration(ConfigurationParameters parameters) {
		return new Fixed(TestBroker.areContainers() ? ON_CONTAINERS : ON_NODES);
	}

	private record Fixed(int classes) implements ParallelExecutionConfiguration {

		@Override
		public int getParallelism() {
			return this.classes;
		}

		@Override
		public int getMinimumRunnable() {
			return this.classes;
		}

		@Override
		public int getMaxPoolSize() {
			return this.classes;
		}

		@Override
		public int getCorePoolSize() {
			return this.classes;
		}

		@Override
		public int getKeepAliveSeconds() {
			return 30;
		}

		// Otherwise a pool that cannot grow refuses a test that waits for another
		@Override
		public Predicate<? super ForkJoinPool> getSaturatePredicate() {
			return (pool) -> true;
		}

	}

}
