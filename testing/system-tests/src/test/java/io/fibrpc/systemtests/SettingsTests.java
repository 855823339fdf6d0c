package io.fibrpc.systemtests;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of settings with wrong values: they stop the start with one sentence.
 */
@Tag("broker")
@Tag("once")
class SettingsTests {

	@RegisterExtension
	static final EmbeddedPrograms PROGRAMS = new EmbeddedPrograms();

	@ParameterizedTest(name = "{0} --{1}={2}")
	@CsvSource({ "fib-client, rabbit.rpc.client.reply-mode, both, direct or callback-queue",
			"fib-client, rabbit.rpc.client.deadline, soon, duration", "fib-client, rabbit.rpc.client.deadline, 0s, 1ms",
			"fib-client, rabbit.rpc.client.deadline, -1s, 1ms", "fib-client, fib.client.request-queue, '', bytes",
			"fib-client, rabbit.rpc.client.max-in-flight, 0, 1",
			"fib-client, rabbit.rpc.client.max-in-flight, many, number",
			"fib-client, rabbit.rpc.client.no-server, hope, wait", "fib-client, fib.client.timeout, 2s, setting",
			"fib-client, fib.client.deadline, 2s, is now rabbit.rpc.client.deadline",
			"fib-client, fib.client.retry.max-attempts, 3, is now rabbit.rpc.client.retry.max-attempts",
			"fib-client, rabbit.rpc.client.queues.quotes.deadline, 0s, 1ms",
			"fib-client, rabbit.rpc.client.queues.quotes.timeout, 2s, setting",
			"fib-client, rabbit.rpc.client.reply-mode, DIRECT_, direct or callback-queue",
			"fib-client, spring.rabbitmq.requested-heartbeat, often, duration",
			"fib-client, spring.rabbitmq.port, amqp, number", "fib-client, server.port, web, number",
			"fib-server, fib.server.queue-type, mirrored, quorum or classic", "fib-server, fib.server.max-n, -1, 0",
			"fib-server, fib.server.max-n, all, number",
			"fib-server, rabbit.rpc.server.instance, 'two words', printable",
			"fib-server, fib.server.queues, 2, setting",
			"fib-server, fib.server.prefetch, 1, is now rabbit.rpc.server.prefetch",
			"fib-server, fib.server.dead-letters.max-age, 1d, is now rabbit.rpc.server.dead-letters.max-age",
			"fib-server, rabbit.rpc.server.prefetch, 0, 1000", "fib-server, rabbit.rpc.server.queues, 2, setting",
			"fib-server, spring.rabbitmq.connection-timeout, long, duration" })
	void wrongSettingStopsTheStartWithOneSentence(String module, String setting, String value, String expected) {
		Program program = PROGRAMS.start(module, PROGRAMS.host(), "--%s=%s".formatted(setting, value));
		ProgramResult result = program.result(Duration.ofSeconds(30));
		assertThat(result.exitCode()).isOne();
		assertThat(result.errors()).filteredOn((line) -> line.startsWith("error: "))
			.singleElement()
			.asString()
			.contains(setting, expected);
		assertThat(program.lines().filter((line) -> line.matches(".*Exception.*|\\tat .*|.* (WARN|ERROR) .*")).limit(3))
			.isEmpty();
	}

	@Test
	void secondKeyForTheQueueStopsTheStartAndNamesTheFirst() {
		ProgramResult result = PROGRAMS.call(ReplyMode.DIRECT, "--rabbit.rpc.client.queues.rpc_queue.shards=2", "30");
		assertThat(result.errors()).containsExactly("error: rabbit.rpc.client.queues must have one key for each queue, "
				+ "not 'rpc_queue and fib': both are for rpc_queue");
		assertThat(result.exitCode()).isOne();
	}

	@ParameterizedTest(name = "fib-client --{0}={1} 30")
	@CsvSource({ "rabbit.rpc.client.reply-mode, both", "rabbit.rpc.client.deadline, soon", "fib.client.no-such, 1",
			"fib.client.reply-mode, direct" })
	void wrongSettingWithNumbersIsTheOnlyLine(String setting, String value) {
		ProgramResult result = PROGRAMS.call(ReplyMode.DIRECT, "--%s=%s".formatted(setting, value), "30");
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).singleElement().asString().startsWith("error: ").contains(setting);
		assertThat(result.exitCode()).isOne();
	}

}
