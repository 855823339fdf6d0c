package io.fibrpc.systemtests.faults;

import java.time.Duration;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Programs;
import io.fibrpc.systemtests.ReplyMode;

/**
 * Tests of a broker that goes away, stops, or takes nothing.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class BrokerFaultTests {

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final Programs programs = new Programs();

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B6)
	void killedBroker(ReplyMode mode) {
		LoadedPair pair = LoadedPair.start(this.programs, own.host(), mode);
		own.broker().kill();
		pair.calls().await("UNAVAILABLE", LoadedPair.AT_ONCE);
		own.broker().startAgain();
		pair.assertRecovers();
		pair.assertInvariant("OK", "UNAVAILABLE");
		pair.assertServerSaysOnce();
		pair.assertClientSaysOnce();
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B7)
	void restartedBroker(ReplyMode mode) {
		LoadedPair pair = LoadedPair.start(this.programs, own.host(), mode);
		own.broker().stop();
		pair.calls().await("UNAVAILABLE", LoadedPair.AT_ONCE);
		own.broker().startAgain();
		pair.assertRecovers();
		pair.assertInvariant("OK", "UNAVAILABLE");
		pair.assertServerSaysOnce();
		pair.assertClientSaysOnce();
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.B8)
	void brokerThatStartsLater(ReplyMode mode) {
		own.broker().stop();
		JarProcess server = this.programs.start("fib-server", own.host());
		CallLoop calls = CallLoop.start(this.programs, own.host().springProperties(), mode, Duration.ofSeconds(2),
				CallLoop.ENDLESS);
		calls.await("UNAVAILABLE", Duration.ofSeconds(60));
		server.awaitLine("No requests are taken", Duration.ofSeconds(60));
		own.broker().startAgain();
		calls.await("OK", LoadedPair.RECOVERY);
		calls.assertEndedOnly("OK", "UNAVAILABLE");
		server.awaitUp("/actuator/health", LoadedPair.RECOVERY);
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.CLOSED_BY_OPERATOR)
	void closedConnections(ReplyMode mode) {
		LoadedPair pair = LoadedPair.start(this.programs, own.host(), mode);
		own.host().closeAllConnections("maintenance");
		pair.assertRecovers();
		pair.assertInvariant("OK", "UNAVAILABLE");
		pair.assertServerSaysOnce();
		pair.assertClientSaysOnce();
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.BROKER_PAUSED)
	void frozenBroker(ReplyMode mode) {
		LoadedPair pair = LoadedPair.start(this.programs, own.host(), mode);
		own.broker().pause();
		try {
			pair.calls().await("DEADLINE_EXCEEDED", Duration.ofSeconds(5));
			pair.awaitClientNotices();
			pair.awaitServerNotices();
		}
		finally {
			own.broker().resume();
		}
		pair.assertRecovers();
		pair.assertInvariant("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
		pair.assertServerSaysOnce();
		pair.assertClientSaysOnce();
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.C8)
	void memoryAlarm(ReplyMode mode) {
		LoadedPair pair = LoadedPair.start(this.programs, own.host(), mode);
		own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
		try {
			pair.calls().await("UNAVAILABLE", Duration.ofSeconds(5));
			// Else it has made all its calls before the alarm ends: they take
			// microseconds
			pair.calls().freeze();
		}
		finally {
			own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
		}
		pair.calls().thaw();
		pair.assertRecovers();
		pair.assertInvariant("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
	}

}
