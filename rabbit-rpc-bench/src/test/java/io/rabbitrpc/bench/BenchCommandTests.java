package io.rabbitrpc.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.rabbitrpc.bench.call.RequestFormat;
import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.options.BenchPlan;
import io.rabbitrpc.bench.options.BenchTarget;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.MeasuredClient;
import io.rabbitrpc.client.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BenchCommand}.
 */
class BenchCommandTests {

	@TempDir
	@SuppressWarnings("NullAway.Init") // JUnit sets it
	private Path folder;

	@Test
	void withoutOptionsBothApisAreMeasuredWith32CallsInFlight() {
		BenchPlan plan = plan();
		assertThat(plan.rows()).containsExactly(
				new BenchRow(MeasuredClient.RABBIT_RPC, Api.BLOCKING, ReplyMode.DIRECT, 32, null),
				new BenchRow(MeasuredClient.RABBIT_RPC, Api.ASYNC, ReplyMode.DIRECT, 32, null));
		assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(10));
		assertThat(plan.warmup()).isEqualTo(Duration.ofSeconds(3));
		assertThat(plan.rounds()).isEqualTo(1);
	}

	@Test
	void listsMakeTheCrossProductWithTheHandWrittenClientBesideOurs() {
		assertThat(plan("--concurrency=1,256", "--rate=500", "--api=async", "--reply-mode=callback-queue,direct",
				"--baseline")
			.rows()).extracting(BenchRow::toString)
			.containsExactly("rabbit-rpc, async, callback-queue, 1 in flight",
					"hand-written, async, callback-queue, 1 in flight",
					"rabbit-rpc, async, callback-queue, 256 in flight",
					"hand-written, async, callback-queue, 256 in flight", "rabbit-rpc, async, callback-queue, 500/s",
					"hand-written, async, callback-queue, 500/s", "rabbit-rpc, async, direct, 1 in flight",
					"hand-written, async, direct, 1 in flight", "rabbit-rpc, async, direct, 256 in flight",
					"hand-written, async, direct, 256 in flight", "rabbit-rpc, async, direct, 500/s",
					"hand-written, async, direct, 500/s");
	}

	@Test
	void protectedHandWrittenClientIsMeasuredIfItIsAskedFor() {
		assertThat(plan("--api=async", "--baseline", "--protected-baseline").rows()).extracting(BenchRow::toString)
			.containsExactly("rabbit-rpc, async, direct, 32 in flight", "hand-written, async, direct, 32 in flight",
					"hand-written-protected, async, direct, 32 in flight");
	}

	@Test
	void rateAloneMakesNoClosedLoop() {
		assertThat(plan("--rate=500", "--api=async").rows()).singleElement()
			.isEqualTo(new BenchRow(MeasuredClient.RABBIT_RPC, Api.ASYNC, ReplyMode.DIRECT, null, 500));
	}

	@Test
	void replyModeIsThatOfTheSettingUnlessTheOptionIsGiven() {
		assertThat(plan("--rabbit.rpc.client.reply-mode=callback-queue").replyModes())
			.containsExactly(ReplyMode.CALLBACK_QUEUE);
		assertThat(plan("--rabbit.rpc.client.reply-mode=callback-queue", "--reply-mode=direct").replyModes())
			.containsExactly(ReplyMode.DIRECT);
	}

	@Test
	void withoutOptionsTheTutorialsQueueIsAskedForAFibonacciNumber() {
		BenchTarget asked = asked();
		assertThat(asked.format()).isEqualTo(new RequestFormat("", "rpc_queue", "text/plain", Map.of()));
		assertThat(body(asked)).isEqualTo("30");
		assertThat(expects(asked, "832040")).isTrue();
		assertThat(expects(asked, "832041")).isFalse();
	}

	@Test
	void anyQueueIsAskedForAnything() {
		BenchTarget asked = asked("--queue=quotes", "--body={\"sku\":\"A{counter}\"}", "--header=tenant=a=b",
				"--header=trace=1");
		assertThat(asked.format())
			.isEqualTo(new RequestFormat("", "quotes", "application/json", Map.of("tenant", "a=b", "trace", "1")));
		assertThat(body(asked)).isEqualTo("{\"sku\":\"A1\"}");
		assertThat(expects(asked, "whatever")).isTrue();
	}

	@Test
	void exchangeIsAskedByARoutingKey() {
		assertThat(asked("--exchange=rpc", "--routing-key=quotes").format())
			.isEqualTo(new RequestFormat("rpc", "quotes", "text/plain", Map.of()));
		assertThat(asked("--exchange=rpc").format().destination()).isEqualTo("rpc");
	}

	@Test
	void bodyMayBeAFileOfAnyBytes() throws IOException {
		byte[] bytes = { 0, (byte) 0xff };
		Path file = Files.write(this.folder.resolve("body"), bytes);
		BenchTarget asked = asked("--body-file=" + file, "--content-type=application/protobuf");
		assertThat(asked.requests().next().body()).isEqualTo(bytes);
		assertThat(asked.format().contentType()).isEqualTo("application/protobuf");
		assertThat(expects(asked, "whatever")).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--body=[1]         | application/json
			--body= {"n":{n}}  | application/json
			--body={n}         | text/plain
			--body={counter}   | text/plain
			--body=            | text/plain
			--content-type=    |
			--content-type=x/y | x/y
			""")
	void contentTypeIsGuessedUnlessItIsGiven(String argument, @Nullable String contentType) {
		assertThat(asked(argument).format().contentType()).isEqualTo(contentType);
	}

	@Test
	void valueIsComparedWithWhatIsExpected() {
		assertThat(expects(asked("--queue=quotes", "--body=7", "--expect=text:ok"), "ok")).isTrue();
		assertThat(expects(asked("--expect=none"), "ok")).isTrue();
		assertThat(expects(asked("--queue=quotes", "--expect=fibonacci"), "ok")).isFalse();
		assertThat(expects(asked("--body=7"), "ok")).isTrue();
		assertThat(body(asked("--expect=none", "--n=100001"))).isEqualTo("100001");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--spring.rabbitmq.host=rabbit", "--rabbit.rpc.client.deadline=2s",
			"--rabbit.rpc.client.max-in-flight=10", "--debug" })
	void settingsAreLeftToBoot(String setting) {
		assertThat(plan(setting).rows()).isNotEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--concurrency=x         | --concurrency takes whole numbers from 1 to 10000
			--concurrency=1,        | --concurrency takes
			--concurrency=10001     | --concurrency takes
			--rate=0                | --rate takes whole numbers from 1 to 1000000
			--duration=soon         | --duration takes a duration such as 500ms, 2s or 1m
			--duration=99ms         | --duration takes
			--warmup=-1s            | --warmup takes
			--warmup=9999999999999d | --warmup takes
			--rounds=0              | --rounds takes a whole number from 1
			--rounds=1,2            | --rounds takes
			--api=fast              | --api takes blocking,async
			--reply-mode=direct,x   | --reply-mode takes direct,callback-queue
			--n=-1                  | --n takes a number
			--n=100001              | --expect=fibonacci takes numbers up to 100000 in --n
			--queue=                | --queue takes a text of 1 to 255 bytes
			--exchange=             | --exchange takes a text of 1 to 255 bytes
			--routing-key=x         | --routing-key needs --exchange
			--body-file=/no/such    | --body-file takes a file that can be read
			--header=x              | --header takes NAME=VALUE
			--header==x             | --header takes NAME=VALUE
			--header=x-rpc-status=x | --header takes NAME=VALUE
			--expect=x              | --expect takes text:TEXT
			--fail-below=x          | --fail-below takes a whole number from 1
			--fail-above-p99=soon   | --fail-above-p99 takes a duration such as 500ms
			--fib.client.request-queue=x | --fib.client.request-queue is now --queue
			--check=fib             | --check=fib is now --expect=fibonacci
			--check=none            | --check is now --expect
			--no-check              | --no-check is now --expect=none
			--deadline=0s           | --deadline takes
			--json=/no/such/folder  | --json takes a file that can be written
			--html=.                | --html takes a file that can be written
			--concurency=1          | bench has no option --concurency=1
			-x                      | bench has no option -x
			30                      | bench takes options only
			""")
	void wrongOptionIsNamedWithWhatItTakes(String argument, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> plan(argument)).withMessageStartingWith(message);
	}

	@ParameterizedTest
	@CsvSource({ "--queue=x, --exchange=x, --queue and --exchange exclude each other",
			"--body=x, --body-file=x, --body and --body-file exclude each other" })
	void optionsThatExcludeEachOtherAreNamed(String one, String other, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> plan(one, other)).withMessage(message);
	}

	private BenchPlan plan(String... arguments) {
		return run(arguments).plan();
	}

	private BenchTarget asked(String... arguments) {
		return run(arguments).asked();
	}

	private BenchRun run(String... arguments) {
		BenchCommand command = new BenchCommand();
		BenchProgram.commandLine(command).parseArgs(arguments);
		return command.prepare();
	}

	private static String body(BenchTarget asked) {
		return new String(asked.requests().next().body(), StandardCharsets.UTF_8);
	}

	private static boolean expects(BenchTarget asked, String value) {
		return asked.expectation().isMet(asked.requests().next(), value.getBytes(StandardCharsets.UTF_8));
	}

}
