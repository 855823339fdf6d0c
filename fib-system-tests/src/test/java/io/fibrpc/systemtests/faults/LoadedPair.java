package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server, a client that calls all the time, and a client that stays up without calls,
 * to which something is about to happen.
 */
final class LoadedPair {

	static final Duration RECOVERY = Duration.ofSeconds(10);

	static final Duration AT_ONCE = Duration.ofSeconds(1);

	// Two heartbeats of 10 s and a while
	static final Duration NOTICED = Duration.ofSeconds(25);

	private static final Duration DEADLINE = Duration.ofSeconds(2);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private final VirtualHost host;

	private final JarProcess server;

	private final JarProcess client;

	private final CallLoop calls;

	private ProgramLog serverLog;

	private ProgramLog clientLog;

	private LoadedPair(Programs programs, VirtualHost host, Map<String, String> serversBroker,
			Map<String, String> clientsBroker, ReplyMode mode) {
		this.host = host;
		// Work that takes a while, so that faults meet calls that wait
		this.server = programs.start("fib-server", Map.of(),
				arguments(serversBroker, "--server.port=0", "--fib.server.delay=20ms"));
		this.client = programs.start("fib-client", Map.of(),
				arguments(clientsBroker, "--server.port=0", mode.argument()));
		this.server.awaitReady();
		this.client.awaitReady();
		this.calls = CallLoop.start(programs, clientsBroker, mode, DEADLINE, CallLoop.ENDLESS);
		this.client.awaitLine("Got 832040", START_TIMEOUT);
		this.calls.await("OK", START_TIMEOUT);
		this.serverLog = ProgramLog.of(this.server);
		this.clientLog = ProgramLog.of(this.client);
	}

	static LoadedPair start(Programs programs, VirtualHost host, ReplyMode mode) {
		return start(programs, host, host.springProperties(), host.springProperties(), mode);
	}

	static LoadedPair start(Programs programs, VirtualHost host, Map<String, String> serversBroker,
			Map<String, String> clientsBroker, ReplyMode mode) {
		return new LoadedPair(programs, host, serversBroker, clientsBroker, mode);
	}

	static List<String> arguments(Map<String, String> broker, String... more) {
		List<String> arguments = new ArrayList<>(List.of(more));
		broker.forEach((name, value) -> arguments.add("--%s=%s".formatted(name, value)));
		return arguments;
	}

	CallLoop calls() {
		return this.calls;
	}

	/** Waits until the client has noticed by its heartbeat that nothing comes. */
	void awaitClientNotices() {
		this.client.awaitLine("No calls are possible", NOTICED);
	}

	/** Waits until the server has noticed by its heartbeat that nothing comes. */
	void awaitServerNotices() {
		this.server.awaitLine("No requests are taken", NOTICED);
	}

	/** Checks that calls have values again soon. */
	void assertRecovers() {
		this.calls.await("OK", RECOVERY);
	}

	/**
	 * Checks the invariant: each call has ended in time, and nothing is left.
	 * @param statuses how calls may have ended
	 */
	void assertInvariant(String... statuses) {
		this.calls.assertStillMoving();
		this.calls.stop();
		this.calls.assertEndedOnly(statuses);
		this.server.awaitUp("/actuator/health", RECOVERY);
		this.client.awaitUp("/actuator/health", RECOVERY);
		Peer.awaitAllAcknowledged(this.host);
		assertThat(this.host.queue("rpc_dead_letters").ready()).as("dead letters").isZero();
	}

	void assertServerSaysOnce() {
		this.serverLog.assertSaysOnce("No requests are taken", "Connected to RabbitMQ");
	}

	void assertClientSaysOnce() {
		this.clientLog.assertSaysOnce("No calls are possible", "Connected to RabbitMQ");
	}

	void assertSilent() {
		this.serverLog.assertCalm(0);
		this.clientLog.assertCalm(0);
	}

}
