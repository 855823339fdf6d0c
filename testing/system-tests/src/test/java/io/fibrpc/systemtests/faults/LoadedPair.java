package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.fibrpc.systemtests.AbstractPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server, and for each reply mode a client that calls all the time and one that stays
 * up without calls. A test then causes a fault.
 */
final class LoadedPair {

	static final Duration RECOVERY = Duration.ofSeconds(10);

	static final Duration AT_ONCE = Duration.ofSeconds(1);

	// Two heartbeats of 10 s, and some time more
	static final Duration NOTICED = Duration.ofSeconds(25);

	static final String SHORT_HEARTBEAT = "2s";

	static final Duration DEADLINE = Duration.ofSeconds(2);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private final VirtualHost host;

	private final Program server;

	private final List<Program> clients;

	private final CallLoops calls;

	private final ProgramLog serverLog;

	private final List<ProgramLog> clientLogs;

	private LoadedPair(AbstractPrograms<?> programs, VirtualHost host, Map<String, String> serversBroker,
			Map<String, String> clientsBroker, Duration deadline) {
		this.host = host;
		// The work takes some time, so that calls wait when a fault happens
		this.server = programs.start("fib-server", Map.of(),
				arguments(serversBroker, "--server.port=0", "--fib.server.delay=20ms"));
		this.clients = Stream.of(ReplyMode.values())
			.<Program>map((mode) -> programs.start("fib-client", Map.of(),
					arguments(clientsBroker, "--server.port=0", mode.argument())))
			.toList();
		this.calls = CallLoops.start(programs, clientsBroker, deadline);
		this.server.awaitReady();
		this.clients.forEach((client) -> client.awaitReady().awaitLine("Got 832040", START_TIMEOUT));
		this.calls.await("OK", START_TIMEOUT);
		// All programs start at the same time, so the first calls find no server
		this.calls.forget();
		this.serverLog = ProgramLog.of(this.server);
		this.clientLogs = this.clients.stream().map(ProgramLog::of).toList();
	}

	static LoadedPair start(AbstractPrograms<?> programs, VirtualHost host) {
		return start(programs, host, host.springProperties(), host.springProperties());
	}

	static LoadedPair start(AbstractPrograms<?> programs, VirtualHost host, Map<String, String> serversBroker,
			Map<String, String> clientsBroker) {
		return start(programs, host, serversBroker, clientsBroker, DEADLINE);
	}

	static LoadedPair start(AbstractPrograms<?> programs, VirtualHost host, Map<String, String> serversBroker,
			Map<String, String> clientsBroker, Duration deadline) {
		return new LoadedPair(programs, host, serversBroker, clientsBroker, deadline);
	}

	/**
	 * Adds heartbeats of a fifth of the default, for tests that would only wait for them.
	 * @param broker settings of the broker
	 * @return these settings with the heartbeats
	 */
	static Map<String, String> withShortHeartbeats(Map<String, String> broker) {
		return withHeartbeats(broker, SHORT_HEARTBEAT);
	}

	static Map<String, String> withHeartbeats(Map<String, String> broker, String heartbeat) {
		Map<String, String> settings = new HashMap<>(broker);
		settings.put("spring.rabbitmq.requested-heartbeat", heartbeat);
		return settings;
	}

	static List<String> arguments(Map<String, String> broker, String... more) {
		List<String> arguments = new ArrayList<>(List.of(more));
		broker.forEach((name, value) -> arguments.add("--%s=%s".formatted(name, value)));
		return arguments;
	}

	CallLoops calls() {
		return this.calls;
	}

	/**
	 * Waits until the clients have noticed, by missing heartbeats, that nothing arrives.
	 */
	void awaitClientsNotice() {
		long start = System.nanoTime();
		for (Program client : this.clients) {
			client.awaitLine("No calls are possible", NOTICED.minusNanos(System.nanoTime() - start));
		}
	}

	/**
	 * Waits until the server has noticed, by missing heartbeats, that nothing arrives.
	 */
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
		this.clients.forEach((client) -> client.awaitUp("/actuator/health", RECOVERY));
		Peer.awaitAllAcknowledged(this.host);
		assertThat(this.host.queue("rpc_dead_letters").ready()).as("dead letters").isZero();
	}

	/**
	 * Checks that calls have values again soon, the invariant, and that each program has
	 * logged the loss and the recovery once.
	 * @param statuses how calls may have ended
	 */
	void assertRecoversAndSaysSoOnce(String... statuses) {
		assertRecovers();
		assertInvariant(statuses);
		assertServerSaysOnce();
		assertClientsSayOnce();
	}

	void assertServerSaysOnce() {
		this.serverLog.assertSaysOnce("No requests are taken", "Connected to RabbitMQ", RECOVERY);
	}

	void assertClientsSayOnce() {
		this.clientLogs
			.forEach((log) -> log.assertSaysOnce("No calls are possible", "Connected to RabbitMQ", RECOVERY));
	}

	void assertServerIsSilent() {
		this.serverLog.assertCalm(0);
	}

	void assertClientsAreSilent() {
		this.clientLogs.forEach((log) -> log.assertCalm(0));
	}

}
