package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Program;

/**
 * The base of tests that need only servers and a peer that watches.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
abstract class FaultTests {

	/** Lets a server take one request of each reply mode at the same time. */
	static final String TWO_AT_ONCE = "--spring.rabbitmq.listener.direct.consumers-per-queue=2";

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private Peer peer;

	@BeforeEach
	void connect() throws IOException {
		this.peer = new Peer(this.programs.host());
	}

	Peer peer() {
		return this.peer;
	}

	/**
	 * Starts a server.
	 * @param instance its name
	 * @param delay how long each request takes
	 * @param more further settings
	 * @return the server, ready
	 */
	Program server(String instance, String delay, String... more) {
		return this.programs.server(settings(instance, delay, more));
	}

	/**
	 * Starts a server that the test may kill, freeze or tell to stop.
	 * @param instance its name
	 * @param delay how long each request takes
	 * @param more further settings
	 * @return the process, which may not be ready yet
	 */
	JarProcess startProcess(String instance, String delay, String... more) {
		return this.programs.process("fib-server", settings(instance, delay, more));
	}

	JarProcess process(String instance, String delay, String... more) {
		return startProcess(instance, delay, more).awaitReady();
	}

	private static String[] settings(String instance, String delay, String... more) {
		return Stream
			.concat(Stream.of("--rabbit.rpc.server.instance=" + instance, "--fib.server.delay=" + delay),
					Stream.of(more))
			.toArray(String[]::new);
	}

}
