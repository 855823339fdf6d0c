package io.fibrpc.systemtests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the load tester.
 */
@Tag("broker")
@Tag("once")
class BenchTests {

	private static final Duration RUN_TIMEOUT = Duration.ofMinutes(2);

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@Test
	void resultsAreATableAndFilesAndAllValuesAreRight(@TempDir Path folder) throws Exception {
		this.programs.server();
		Path json = folder.resolve("results.json");
		Path html = folder.resolve("results.html");
		ProgramResult result = bench("--duration=1s", "--warmup=1s", "--concurrency=4", "--n=10..40", "--baseline",
				"--json=" + json, "--html=" + html)
			.result(RUN_TIMEOUT);
		assertThat(result.exitCode()).withFailMessage(() -> String.join("\n", result.errors())).isZero();
		assertThat(result.output()).hasSize(5);
		assertThat(result.output().get(0)).matches("client +api +reply mode +load +calls/s .* outcomes");
		assertThat(result.output().subList(1, 5)).allMatch((line) -> line
			.matches("(rabbit-rpc|hand-written) +(blocking|async) +direct +4 in flight .* OK [\\d,]+"));
		assertThat(Files.readString(json)).contains("\"client\"", "\"api\"", "\"replyMode\"", "\"inFlight\"",
				"\"rate\"", "\"callsPerSecond\"", "\"p50Micros\"", "\"p99Micros\"", "\"maxMicros\"",
				"\"cpuMicrosPerCall\"", "\"outcomes\"", "\"hand-written\"");
		assertThat(Files.readString(html)).startsWith("<!DOCTYPE html>").contains("hand-written");
	}

	@Test
	void interruptEndsItEarlyWithWhatWasMeasured(@TempDir Path folder) {
		this.programs.server();
		Path json = folder.resolve("results.json");
		JarProcess bench = bench("--duration=10m", "--warmup=0s", "--concurrency=4", "--json=" + json);
		bench.awaitLine("calls/s, p99", Duration.ofSeconds(60));
		bench.terminate();
		ProgramResult result = bench.result(Duration.ofSeconds(20));
		assertThat(result.output()).hasSize(2);
		assertThat(result.output().get(1)).matches("rabbit-rpc +blocking .* OK [\\d,]+");
		assertThat(json).content().contains("\"outcomes\"");
	}

	@Test
	void wrongOptionGivesOneErrorLineAndExitCode2() {
		ProgramResult result = this.programs.process("rabbit-rpc-bench", Map.of(), List.of("--concurrency=many"))
			.result(RUN_TIMEOUT);
		assertThat(result.errors()).containsExactly("error: --concurrency takes whole numbers from 1 to 10000 with "
				+ "commas between them, not 'many'; --help explains");
		assertThat(result.exitCode()).isEqualTo(2);
	}

	@Test
	void missingQueueGivesOneErrorLineAndExitCode5() {
		ProgramResult result = bench("--queue=no_such_queue").result(RUN_TIMEOUT);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).containsExactly("error: UNAVAILABLE: there is no queue no_such_queue");
		assertThat(result.exitCode()).isEqualTo(5);
	}

	@Test
	void wrongSettingGivesOneErrorLineAndExitCode2() {
		ProgramResult result = bench("--spring.rabbitmq.requested-heartbeat=0s").result(RUN_TIMEOUT);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).singleElement()
			.asString()
			.startsWith("error: ")
			.contains("spring.rabbitmq.requested-heartbeat");
		assertThat(result.exitCode()).isEqualTo(2);
	}

	private JarProcess bench(String... options) {
		List<String> arguments = new ArrayList<>();
		this.programs.host().springProperties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.addAll(List.of(options));
		return this.programs.process("rabbit-rpc-bench", Map.of(), arguments);
	}

}
