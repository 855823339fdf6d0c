package io.fibrpc.systemtests;

import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.support.config.PrefixedConfigurationParameters;
import org.junit.platform.engine.support.hierarchical.DefaultParallelExecutionConfigurationStrategy;
import org.junit.platform.engine.support.hierarchical.ParallelExecutionConfiguration;
import org.junit.platform.engine.support.hierarchical.ParallelExecutionConfigurationStrategy;

import io.fibrpc.testbroker.TestBroker;

/**
 * JUnit's fixed strategy, with the numbers for the kind of broker that the tests start.
 * They stand in {@code junit-platform.properties}.
 */
public final class ClassesAtATime implements ParallelExecutionConfigurationStrategy {

	@Override
	public ParallelExecutionConfiguration createConfiguration(ConfigurationParameters parameters) {
		String kind = TestBroker.areContainers() ? "containers." : "nodes.";
		return DefaultParallelExecutionConfigurationStrategy.FIXED
			.createConfiguration(new PrefixedConfigurationParameters(parameters, kind));
	}

}
