package io.fibrpc.systemtests.page;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.testbroker.OwnBroker;

/**
 * Tests of the page while the broker is away.
 */
@Tag("broker")
@Tag("once")
class PageOutageTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@Test
	void stoppedBrokerIsSeenAndThePageGoesOnAfterIt() {
		this.programs.start("fib-server", own.host()).awaitReady();
		Program client = this.programs.start("fib-client", own.host());
		client.awaitReady();
		browser.open(client.address("/"), Browser.WIDE, "light", false);
		browser.awaitText("#consumers", "1");
		own.broker().stop();
		browser.awaitText("#problem", "A call would fail now: ");
		browser.awaitText("#consumers", "–");
		browser.ask("30");
		browser.awaitText("#outcome", "UNAVAILABLE HTTP 503");
		browser.awaitText("#stop-broker .mark", "✓ Seen at ");
		own.broker().startAgain();
		client.awaitUp("/actuator/health/readiness", Duration.ofSeconds(60));
		browser.awaitText("#consumers", "1");
		browser.ask("30");
		browser.awaitText("#outcome", "832040");
	}

}
