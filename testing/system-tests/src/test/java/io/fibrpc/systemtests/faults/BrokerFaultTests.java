package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.testbroker.OwnBroker;

/**
 * Tests of a broker that goes away, stops, or takes nothing.
 */
@Tag("broker")
@Tag("waiting")
@DisplayNameGeneration(FaultNames.class)
class BrokerFaultTests {

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@Test
	@Fault(FaultCase.B6)
	void killedBroker() {
		assertSurvives(own.broker()::kill);
	}

	@Test
	@Fault(FaultCase.B7)
	void restartedBroker() {
		assertSurvives(own.broker()::stop);
	}

	private void assertSurvives(Runnable end) {
		LoadedPair pair = LoadedPair.start(this.programs, own.host());
		own.broker().writeQueueRegister();
		end.run();
		pair.calls().await("UNAVAILABLE", LoadedPair.AT_ONCE);
		own.broker().startAgain();
		pair.assertRecoversAndSaysSoOnce("OK", "UNAVAILABLE");
	}

	@Test
	@Fault(FaultCase.B8)
	void brokerThatStartsLater() {
		own.broker().stop();
		Program server = this.programs.start("fib-server", own.host());
		CallLoops calls = CallLoops.start(this.programs, own.host().springProperties(), Duration.ofSeconds(2));
		calls.await("UNAVAILABLE", Duration.ofSeconds(60));
		server.awaitLine("No requests are taken", Duration.ofSeconds(60));
		own.broker().startAgain();
		calls.await("OK", LoadedPair.RECOVERY);
		calls.assertEndedOnly("OK", "UNAVAILABLE");
		server.awaitUp("/actuator/health", LoadedPair.RECOVERY);
	}

	@Test
	@Fault(FaultCase.CLOSED_BY_OPERATOR)
	void closedConnections() {
		LoadedPair pair = LoadedPair.start(this.programs, own.host());
		own.host().closeAllConnections("maintenance");
		pair.assertRecoversAndSaysSoOnce("OK", "UNAVAILABLE");
	}

	@Test
	@Fault(FaultCase.BROKER_PAUSED)
	void frozenBroker() {
		Map<String, String> broker = LoadedPair.withShortHeartbeats(own.host().springProperties());
		LoadedPair pair = LoadedPair.start(this.programs, own.host(), broker, broker);
		own.broker().pause();
		try {
			pair.calls().await("DEADLINE_EXCEEDED", Duration.ofSeconds(5));
			pair.awaitClientsNotice();
			pair.awaitServerNotices();
		}
		finally {
			own.broker().resume();
		}
		pair.assertRecoversAndSaysSoOnce("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
	}

	@Test
	@Fault(FaultCase.C8)
	void memoryAlarm() {
		LoadedPair pair = LoadedPair.start(this.programs, own.host());
		own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
		try {
			pair.calls().await("UNAVAILABLE", Duration.ofSeconds(5));
		}
		finally {
			own.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
		}
		pair.assertRecovers();
		pair.assertInvariant("OK", "DEADLINE_EXCEEDED", "UNAVAILABLE");
	}

}
