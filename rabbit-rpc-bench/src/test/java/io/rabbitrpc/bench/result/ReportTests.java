package io.rabbitrpc.bench.result;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.client.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResultTable}, {@link ResultJson} and {@link ResultPage}.
 */
class ReportTests {

	private final List<RowResult> results = List.of(
			TestRounds.row(TestRounds.row(MeasuredClient.RABBIT_RPC), 900, 100, 300),
			TestRounds.row(TestRounds.row(MeasuredClient.HAND_WRITTEN), 400), TestRounds
				.row(new BenchRow(MeasuredClient.RABBIT_RPC, Api.BLOCKING, ReplyMode.CALLBACK_QUEUE, null, 5000), 1));

	@Test
	void tableHasALineForEachRowUnderItsHeadings() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		new ResultTable(this.results).print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
		assertThat(bytes.toString(StandardCharsets.UTF_8).lines().map((line) -> line.replaceAll(" {2,}", "|")))
			.containsExactly(
					"client|api|reply mode|load|calls/s|share|p50 ms|p90 ms|p99 ms|p99.9 ms|max ms|CPU us/call|outcomes",
					"rabbit-rpc|async|direct|32 in flight|300|0.75|0.200|0.400|0.400|0.400|0.400|30.0|OK 12",
					"hand-written|async|direct|32 in flight|400|0.200|0.400|0.400|0.400|0.400|40.0|OK 4",
					"rabbit-rpc|blocking|callback-queue|5,000/s|1.00|0.200|0.400|0.400|0.400|0.400|0.100|OK 4");
	}

	@Test
	void tableWithoutABaselineHasNoShares() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		new ResultTable(this.results.subList(2, 3)).print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
		assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("share")
			.containsPattern("5,000/s +1\\.00 +0\\.200");
	}

	@Test
	void roundsThatDifferAndARateThatIsNotReachedAreWarnedAbout() {
		assertThat(Warnings.of(this.results)).containsExactly("""
				rabbit-rpc, async, direct, 32 in flight: the rounds differ widely, from 100 to 900 calls/s; \
				stop other programs, or measure longer""",
				"""
						rabbit-rpc, blocking, callback-queue, 5,000/s: only 1.00 of 5,000 calls due in a second got their value, \
						so latencies grow as long as the measurement lasts""");
	}

	@Test
	void jsonHasTheKeysThatProgramsRelyOn() {
		JsonNode rows = JsonMapper.shared().readTree(new ResultJson(this.results).bytes());
		assertThat(rows.isArray()).isTrue();
		assertThat(rows).hasSize(3);
		assertThat(rows.get(0).propertyNames()).containsExactly("client", "api", "replyMode", "inFlight", "rate",
				"callsPerSecond", "p50Micros", "p90Micros", "p99Micros", "p999Micros", "maxMicros", "cpuMicrosPerCall",
				"outcomes", "rounds");
		assertThat(rows.get(0).toString()).startsWith(
				"""
						{"client":"rabbit-rpc","api":"async","replyMode":"direct","inFlight":32,"rate":null,"callsPerSecond":300.0,\
						"p50Micros":200.1,"p90Micros":400.1,"p99Micros":400.1,"p999Micros":400.1,"maxMicros":400.1,\
						"cpuMicrosPerCall":30.0,"outcomes":{"OK":12},"rounds":[""");
		assertThat(rows.get(2).get("rate").asInt()).isEqualTo(5000);
		assertThat(rows.get(2).get("inFlight").isNull()).isTrue();
	}

	@Test
	void jsonOfARowWithoutAValueHasNoLatencies() {
		RowResult result = new RowResult(TestRounds.row(MeasuredClient.RABBIT_RPC),
				List.of(RoundResult.withoutCalls(new CallFailure("UNAVAILABLE", 5, "no server"))));
		JsonNode row = JsonMapper.shared().readTree(new ResultJson(List.of(result)).bytes()).get(0);
		assertThat(row.get("p50Micros").isNull()).isTrue();
		assertThat(row.get("outcomes").toString()).isEqualTo("{\"UNAVAILABLE\":1}");
	}

	@Test
	void pageNeedsNothingElseAndHasTheRows() throws IOException {
		String page = page("--baseline");
		assertThat(page).doesNotContain("@DATA@")
			.doesNotContainPattern(Pattern.compile("(src|href)=|@import|url\\(|https?://"))
			.contains("\"client\":\"hand-written\"", "\"callsPerSecond\":300.0", "\"curve\":[[0.0,", "RabbitMQ 9");
	}

	@Test
	void pageShowsNoPasswordAndRunsNothingOfTheCommandLine() throws IOException {
		String page = page("--spring.rabbitmq.password=secret1", "--spring.rabbitmq.addresses=amqp://user:secret2@host",
				"--queue=</script>", "--header=authorization=secret3", "--body={\"sku\": \"A1\"}");
		assertThat(page).doesNotContain("secret1", "secret2", "secret3", "user:")
			.contains("--spring.rabbitmq.password=***", "amqp://***@host")
			.contains("'--queue=\\u003c/script>'", "--header=authorization=***", "'--body={\\\"sku\\\": \\\"A1\\\"}'");
	}

	private String page(String... arguments) throws IOException {
		BenchFacts facts = BenchFacts.of(List.of(arguments), "quotes", "RabbitMQ 9", "2026-01-01 00:00");
		return new String(new ResultPage(facts, this.results).bytes(), StandardCharsets.UTF_8);
	}

}
