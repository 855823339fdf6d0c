package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.OwnBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a broker that is lost, stops, or accepts nothing.
 */
@Tag("broker")
@Order(2)
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
		own.broker().writeDefinitions();
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
		// A program that has just started may still be connecting at its first deadline
		calls.assertEndedOnly("UNAVAILABLE", "DEADLINE_EXCEEDED");
		calls.forget();
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

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "set_vm_memory_high_watermark 0.00001;set_vm_memory_high_watermark 0.6",
					"set_disk_free_limit 1000000000000000;set_disk_free_limit 50MB" })
	@Fault(FaultCase.C8_START)
	void alarmBeforeTheStart(String alarm, String end) {
		own.broker().rabbitmqctl(alarm.split(" "));
		try {
			List<Program> clients = Stream.of(ReplyMode.values())
				.map((mode) -> this.programs.start("fib-client", Map.of(),
						LoadedPair.arguments(own.host().springProperties(), mode.argument(), "10", "20")))
				.toList();
			for (Program client : clients) {
				ProgramResult result = client.result(Duration.ofSeconds(30));
				assertThat(result.output()).isEmpty();
				assertThat(result.errors()).hasSize(2).allMatch((line) -> line.startsWith("error: UNAVAILABLE: "));
				assertThat(result.exitCode()).isEqualTo(5);
			}
		}
		finally {
			own.broker().rabbitmqctl(end.split(" "));
		}
	}

	@Test
	@Fault(FaultCase.REPLY_TOO_LARGE)
	void replyThatIsLargerThanTheBrokerTakes() {
		// RabbitMQ 3.10 reads the first one, 4.3 the second one
		String limit = "application:set_env(rabbit, max_message_size, %1$d), persistent_term:put(max_message_size, %1$d).";
		own.broker().rabbitmqctl("eval", limit.formatted(1000));
		try {
			Program server = this.programs.start("fib-server", own.host());
			server.awaitReady();
			for (ReplyMode mode : ReplyMode.values()) {
				ProgramResult result = this.programs
					.start("fib-client", Map.of(),
							LoadedPair.arguments(own.host().springProperties(), mode.argument(), "10", "10000", "20"))
					.result(Duration.ofSeconds(30));
				assertThat(result.output()).containsExactly("fib(10) = 55", "fib(20) = 6765");
				assertThat(result.errors())
					.containsExactly("error: INTERNAL: the reply has 2090 bytes, the broker accepts 1000");
			}
			server.awaitUp("/actuator/health/readiness", LoadedPair.RECOVERY);
		}
		finally {
			own.broker().rabbitmqctl("eval", limit.formatted(16 * 1024 * 1024));
		}
	}

}
