package io.fibrpc.systemtests.faults;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

/**
 * A broker that the tests of a class may kill, with a virtual host for each test.
 * Registered in a static field.
 */
final class OwnBroker implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

	private @Nullable TestBroker broker;

	private @Nullable VirtualHost host;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.broker = TestBroker.start();
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.host = broker().createVirtualHost();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		if (!broker().isRunning()) {
			broker().startAgain();
		}
		host().close();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		broker().close();
	}

	TestBroker broker() {
		if (this.broker == null) {
			throw new IllegalStateException("No broker has been started");
		}
		return this.broker;
	}

	VirtualHost host() {
		if (this.host == null) {
			throw new IllegalStateException("No test is running");
		}
		return this.host;
	}

}
