package io.fibrpc.testbroker;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker that the tests of a class may kill, with a virtual host for each test. Put
 * this extension into a static field.
 */
public final class OwnBroker implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

	private @Nullable TestBroker broker;

	private @Nullable VirtualHost host;

	// Programs of the test before may still be stopping
	private @Nullable VirtualHost hostBefore;

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
		if (this.hostBefore != null) {
			this.hostBefore.close();
		}
		this.hostBefore = host();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		broker().close();
	}

	/**
	 * The broker.
	 * @return the broker, which runs when a test begins
	 */
	public TestBroker broker() {
		if (this.broker == null) {
			throw new IllegalStateException("No broker has been started");
		}
		return this.broker;
	}

	/**
	 * The virtual host of the test that runs.
	 * @return a virtual host that no other test has
	 */
	public VirtualHost host() {
		if (this.host == null) {
			throw new IllegalStateException("No test is running");
		}
		return this.host;
	}

}
