package io.rabbitrpc.bench;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.MeasuredClient;
import io.rabbitrpc.client.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BenchCommand}.
 */
class BenchCommandTests {

	@Test
	void withoutOptionsBothApisAreMeasuredWith32CallsInFlight() {
		BenchPlan plan = plan();
		assertThat(plan.rows()).containsExactly(
				new BenchRow(MeasuredClient.FIB, Api.BLOCKING, ReplyMode.DIRECT, 32, null),
				new BenchRow(MeasuredClient.FIB, Api.ASYNC, ReplyMode.DIRECT, 32, null));
		assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(10));
		assertThat(plan.warmup()).isEqualTo(Duration.ofSeconds(3));
		assertThat(plan.rounds()).isEqualTo(1);
		assertThat(plan.numbers().distinct()).containsExactly(30);
		assertThat(plan.checked()).isTrue();
	}

	@Test
	void listsMakeTheCrossProductWithTheHandWrittenClientBesideOurs() {
		assertThat(plan("--concurrency=1,256", "--rate=500", "--api=async", "--reply-mode=callback-queue,direct",
				"--baseline")
			.rows()).extracting(BenchRow::toString)
			.containsExactly("fib, async, callback-queue, 1 in flight",
					"hand-written, async, callback-queue, 1 in flight", "fib, async, callback-queue, 256 in flight",
					"hand-written, async, callback-queue, 256 in flight", "fib, async, callback-queue, 500/s",
					"hand-written, async, callback-queue, 500/s", "fib, async, direct, 1 in flight",
					"hand-written, async, direct, 1 in flight", "fib, async, direct, 256 in flight",
					"hand-written, async, direct, 256 in flight", "fib, async, direct, 500/s",
					"hand-written, async, direct, 500/s");
	}

	@Test
	void protectedHandWrittenClientIsMeasuredIfItIsAskedFor() {
		assertThat(plan("--api=async", "--baseline", "--protected-baseline").rows()).extracting(BenchRow::toString)
			.containsExactly("fib, async, direct, 32 in flight", "hand-written, async, direct, 32 in flight",
					"hand-written-protected, async, direct, 32 in flight");
	}

	@Test
	void rateAloneMakesNoClosedLoop() {
		assertThat(plan("--rate=500", "--api=async").rows()).singleElement()
			.isEqualTo(new BenchRow(MeasuredClient.FIB, Api.ASYNC, ReplyMode.DIRECT, null, 500));
	}

	@Test
	void replyModeIsThatOfTheSettingUnlessTheOptionIsGiven() {
		assertThat(plan("--rabbit.rpc.client.reply-mode=callback-queue").replyModes())
			.containsExactly(ReplyMode.CALLBACK_QUEUE);
		assertThat(plan("--rabbit.rpc.client.reply-mode=callback-queue", "--reply-mode=direct").replyModes())
			.containsExactly(ReplyMode.DIRECT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--no-check", "--check=none" })
	void anyNumberIsAskedForIfNothingIsChecked(String option) {
		BenchPlan plan = plan(option, "--n=100001");
		assertThat(plan.checked()).isFalse();
		assertThat(plan.numbers().distinct()).containsExactly(100_001);
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
			--n=100001              | --n takes numbers up to 100000
			--queue=                | --queue takes a name of 1 to 255 bytes
			--fib.client.request-queue=x | --fib.client.request-queue is now --queue
			--check=maybe           | --check takes fib or none
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

	@Test
	void valuesAreCheckedWhereTheyAreKnown() {
		assertThat(plan("--queue=quotes").checked()).isFalse();
		assertThat(plan("--queue=quotes", "--check=fib").checked()).isTrue();
		assertThat(plan("--check=none").checked()).isFalse();
	}

	private BenchPlan plan(String... arguments) {
		BenchCommand command = new BenchCommand();
		new CommandLine(command).setUnmatchedOptionsArePositionalParams(true).parseArgs(arguments);
		return command.prepare().plan();
	}

}
