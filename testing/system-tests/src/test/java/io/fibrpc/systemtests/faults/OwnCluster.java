package io.fibrpc.systemtests.faults;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.fibrpc.testbroker.TestCluster;
import io.fibrpc.testbroker.VirtualHost;

/**
 * A cluster that the tests of a class share, with a virtual host. Put this extension into
 * a static field. When a test fails, it prints what the nodes have logged last.
 */
final class OwnCluster implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {

	private @Nullable TestCluster cluster;

	private @Nullable VirtualHost host;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.cluster = TestCluster.start();
		this.host = this.cluster.broker(0).createVirtualHost();
	}

	@Override
	@SuppressWarnings("SystemOut") // The build shows this output
	public void afterTestExecution(ExtensionContext context) {
		if (context.getExecutionException().isPresent()) {
			cluster().brokers().forEach((broker) -> System.out.println(broker.log()));
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	TestCluster cluster() {
		if (this.cluster == null) {
			throw new IllegalStateException("No cluster has been started");
		}
		return this.cluster;
	}

	VirtualHost host() {
		if (this.host == null) {
			throw new IllegalStateException("No cluster has been started");
		}
		return this.host;
	}

}
