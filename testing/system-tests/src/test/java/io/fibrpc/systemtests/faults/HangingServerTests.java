package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.testbroker.OwnBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of servers whose listeners do not return.
 */
@Order(9)
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class HangingServerTests {

	private static final int DEADLINE_EXCEEDED = 4;

	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@Test
	@Fault(FaultCase.HANDLER_TIMEOUT)
	void handlerTimeout() {
		this.programs.server("--fib.server.delay=60s", "--rabbit.rpc.server.handler-timeout=500ms").awaitReady();
		for (ProgramResult result : this.programs.callInEachMode("--rabbit.rpc.client.deadline=50s", "10")) {
			assertThat(result.exitCode()).isEqualTo(DEADLINE_EXCEEDED);
			assertThat(result.errors())
				.anyMatch((line) -> line.contains("DEADLINE_EXCEEDED: the server has worked for"));
		}
	}

	@Test
	@Fault(FaultCase.CONSUMER_TIMEOUT)
	void consumerTimeout() throws Exception {
		// By itself RabbitMQ waits for half an hour, and looks once in a minute
		own.broker()
			.rabbitmqctl("eval", "application:set_env(rabbit, consumer_timeout, 3000),"
					+ " application:set_env(rabbit, channel_tick_interval, 1000).");
		Program server = this.programs
			.start("fib-server", own.host(), "--fib.server.delay=60s", "--rabbit.rpc.server.handler-timeout=12s")
			.awaitReady();
		Peer peer = new Peer(own.host());
		send(peer);
		server.awaitLine("RabbitMQ has taken back a request of rpc_queue", LoadedPair.RECOVERY);
		send(peer);
		awaitInWork(server, 2);
		// Both are interrupted in the end
		awaitInWork(server, 0);
	}

	private static void awaitInWork(Program server, int count) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(25))
			.untilAsserted(() -> assertThat(server.get("/actuator/prometheus"))
				.contains("rabbit_rpc_server_requests_active{queue=\"rpc_queue\"} %d.0".formatted(count)));
	}

	// It expires. Otherwise it would come again and again
	private static void send(Peer peer) throws IOException {
		BasicProperties properties = new BasicProperties.Builder().replyTo(peer.replyTo())
			.correlationId("hangs")
			.expiration("2000")
			.build();
		peer.channel().basicPublish("", "rpc_queue", properties, "10".getBytes(StandardCharsets.US_ASCII));
	}

}
