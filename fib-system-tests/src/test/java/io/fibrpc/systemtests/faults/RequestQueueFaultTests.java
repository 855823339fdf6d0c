package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a request queue that is missing, unattended, full, deleted, or of another
 * kind.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class RequestQueueFaultTests {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration DEADLINE = Duration.ofSeconds(3);

	@RegisterExtension
	final Programs programs = new Programs();

	private Peer peer;

	@BeforeEach
	void connect() throws IOException {
		this.peer = new Peer(this.programs.host());
	}

	private void assertEachCallEnds(ReplyMode mode, String status) {
		CallLoop calls = CallLoop.start(this.programs, this.programs.host().springProperties(), mode, DEADLINE,
				CallLoop.ENDLESS);
		calls.await(status, START_TIMEOUT);
		for (int i = 0; i < 3; i++) {
			calls.await(status, LoadedPair.AT_ONCE);
		}
		calls.assertEndedOnly(status);
		calls.stop();
	}

	private void declare(Map<String, Object> arguments) throws IOException {
		this.peer.channel().queueDeclare("rpc_queue", true, false, false, arguments);
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.A1)
	void missingQueue(ReplyMode mode) {
		assertEachCallEnds(mode, "UNAVAILABLE");
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.A2)
	void queueWithoutConsumer(ReplyMode mode) throws Exception {
		declare(Map.of("x-queue-type", "quorum"));
		assertEachCallEnds(mode, "UNAVAILABLE");
		this.peer.awaitDepth("rpc_queue", 0, DEADLINE.plusSeconds(5));
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.A5)
	void fullQueue(ReplyMode mode) throws Exception {
		declare(Map.of("x-queue-type", "quorum", "x-max-length", 1, "x-overflow", "reject-publish"));
		for (int i = 0; i < 5; i++) {
			this.peer.request(10);
		}
		assertEachCallEnds(mode, "RESOURCE_EXHAUSTED");
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B11)
	void queueThatIsDeletedUnderTheServer(ReplyMode mode) throws Exception {
		LoadedPair pair = LoadedPair.start(this.programs, this.programs.host(), mode);
		this.peer.channel().queueDelete("rpc_queue");
		pair.assertRecovers();
		this.peer.channel().queueDelete("rpc_dead_letters");
		pair.assertRecovers();
		// The request that lay in the queue is gone with it
		pair.calls().assertEndedOnly("OK", "UNAVAILABLE", "DEADLINE_EXCEEDED");
	}

	@Test
	@Fault(FaultCase.G6)
	void queueWithOtherArguments() throws Exception {
		declare(Map.of("x-queue-type", "classic", "x-max-length", 1000));
		JarProcess server = this.programs.server();
		this.peer.probe(LoadedPair.RECOVERY);
		assertThat(server.lines()).filteredOn((line) -> line.contains(" WARN "))
			.singleElement()
			.asString()
			.contains("rpc_queue", "inequivalent arg");
		ProgramLog.fromStart(server).assertNoStackTrace();
	}

}
