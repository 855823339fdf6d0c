package io.fibrpc.systemtests.page;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.JarProcess;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the page as a person uses it.
 */
@Tag("broker")
@Tag("once")
@Order(Integer.MAX_VALUE)
class PageTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private Program server(String name, String... settings) {
		return this.programs.server(IntStream.rangeClosed(0, settings.length)
			.mapToObj((i) -> (i == 0) ? "--rabbit.rpc.server.instance=" + name : settings[i - 1])
			.toArray(String[]::new));
	}

	private Program open(String... settings) {
		return open(ReplyMode.DIRECT, Browser.WIDE, "light", false, settings);
	}

	private Program open(ReplyMode mode, int width, String scheme, boolean motion, String... settings) {
		Program client = this.programs.client(mode, settings);
		client.awaitUp("/actuator/health/liveness", SOON);
		browser.open(client.address("/"), width, scheme, motion);
		browser.awaitText("#live", "Live");
		return client;
	}

	@Test
	void callIsDrawnWithItsMessagesAndTimes() {
		server("server-1");
		open(ReplyMode.DIRECT, Browser.WIDE, "light", true);
		browser.ask("30");
		browser.awaitText("#steps li:last-child .label", "value");
		assertThat(browser.texts("#steps .label")).contains("request “30”", "confirm", "delivery", "reply “832040”",
				"acknowledgement", "value");
		assertThat(browser.text(".lane.server")).isEqualTo("server-1");
		assertThat(browser.text("#steps .props")).contains("reply_to", "amq.rabbitmq.reply-to", "correlation_id",
				"expiration");
		assertThat(browser.text("#steps .at-server .label")).matches("works \\d+.*");
		assertThat(browser.texts("#steps li:not(.unseen):not(.at-server) .time"))
			.allMatch((time) -> time.matches("[\\d.]+ (µs|ms|s)"));
		assertThat(browser.texts("#steps li.unseen .time")).hasSize(3).containsOnly("");
	}

	@Test
	void messageIsShownAsItWasOnTheWire() {
		server("server-1");
		open(ReplyMode.CALLBACK_QUEUE, Browser.WIDE, "light", false);
		browser.ask("30");
		browser.awaitText("#steps li:last-child .label", "value");
		browser.click("#steps .client-queue button");
		assertThat(browser.text("#message-content")).contains("routing_key rpc_queue", "reply_to fib-client.replies.",
				"delivery_mode 1", "content_type text/plain", "Body, 2 bytes", "basicPublish", "RequestWriter.java");
		browser.press(Keys.ESCAPE);
		browser.click("#steps .reply-client button");
		assertThat(browser.text("#message-content")).contains("x-rpc-status OK", "x-rpc-server server-1",
				"x-rpc-work-us", "832040");
		browser.click("#close");
		assertThat(browser.text(".lane.reply")).isEqualTo("reply queue");
	}

	@Test
	void everyRequestHasItsOutcome() {
		server("server-1", "--fib.server.delay=1ms");
		Program client = open("--rabbit.rpc.client.deadline=4s");
		browser.ask("100");
		browser.awaitText("#outcome", "354224848179261915075 OK HTTP 200, 21 digits");
		browser.click("[data-n='abc']");
		browser.awaitText("#outcome", "INVALID_ARGUMENT HTTP 400 n must be a whole number");
		browser.awaitText("#steps .say", "Nothing was sent. n must be");
		browser.click("[data-n='-1']");
		browser.awaitText("#outcome", "not '-1'");
		browser.click("[data-n='100001']");
		browser.awaitText("#outcome", "n must be from 0 to 100000");
		assertThat(browser.text("#curl")).isEqualTo("curl '%s'".formatted(client.address("/fibonacci/100001")));
		browser.type("#deadline", "1ms");
		assertThat(browser.text("#curl")).endsWith("/fibonacci/100001?deadline=1ms'");
		browser.ask("30");
		browser.awaitText("#outcome", "DEADLINE_EXCEEDED HTTP 504");
		assertNotSeen("slow-server");
		browser.type("#deadline", Keys.BACK_SPACE);
		browser.click("[data-many]");
		browser.awaitText("#outcome", "50 of 50 50 OK");
		assertThat(browser.text("#mode")).contains("by direct reply-to",
				"--rabbit.rpc.client.reply-mode=callback-queue", "4s at most");
	}

	@Test
	void secondServerAppearsAndKilledOneVanishes() {
		server("server-1");
		open();
		browser.awaitText("#consumers", "1");
		JarProcess second = this.programs.process("fib-server", "--rabbit.rpc.server.instance=server-2");
		second.awaitReady();
		browser.awaitText("#consumers", "2");
		browser.awaitText("#servers", "without a name");
		browser.click("[data-many]");
		await().atMost(SOON).untilAsserted(() -> assertThat(browser.text("#servers")).contains("server-1", "server-2"));
		second.kill();
		browser.awaitText("#servers", "may have stopped");
		browser.ask("30");
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(browser.text("#servers")).contains("server-1").doesNotContain("server-2"));
		browser.awaitText("#outcomes", "OK");
		assertThat(browser.element("#latency").getDomAttribute("aria-label")).contains(" ms: ");
	}

	@Test
	void stoppedServersAreSeen() {
		Program server = server("server-1");
		open();
		browser.awaitText("#consumers", "1");
		assertNotSeen("stop-servers");
		server.close();
		browser.awaitText("#problem", "no server is consuming rpc_queue");
		browser.ask("30");
		browser.awaitText("#outcome", "UNAVAILABLE HTTP 503");
		assertSeen("stop-servers");
		browser.awaitText("#servers-note", "No server consumes the queue.");
	}

	@Test
	void slowServerAndFullQueueAreSeen() {
		server("server-1", "--fib.server.delay=700ms");
		Program client = open();
		browser.ask("30");
		assertSeen("slow-server");
		assertNotSeen("full-queue");
		List<CompletableFuture<Integer>> calls = IntStream.range(0, 90)
			.mapToObj((n) -> client.statusLater("/fibonacci/" + n))
			.toList();
		assertSeen("full-queue");
		calls.forEach(CompletableFuture::join);
		// The picture did not stop at a call whose end it missed
		await().atMost(SOON).untilAsserted(() -> assertThat(browser.texts("#steps .at-client")).isNotEmpty());
		browser.awaitText("#outcomes", "DEADLINE_EXCEEDED");
	}

	@Test
	void garbageIsSeen() throws Exception {
		server("server-1").close();
		open();
		try (Connection connection = this.programs.host().connect(); Channel channel = connection.createChannel()) {
			DeliverCallback garbage = (tag, request) -> channel.basicPublish("", request.getProperties().getReplyTo(),
					new BasicProperties.Builder().correlationId(request.getProperties().getCorrelationId()).build(),
					"garbage".getBytes(StandardCharsets.US_ASCII));
			channel.basicConsume("rpc_queue", true, garbage, (tag) -> {
			});
			browser.awaitText("#consumers", "1");
			browser.ask("30");
			browser.awaitText("#outcome", "INTERNAL HTTP 500");
			assertSeen("garbage");
		}
	}

	private static void assertSeen(String experiment) {
		browser.awaitText("#%s .mark".formatted(experiment), "✓ Seen at ");
	}

	private static void assertNotSeen(String experiment) {
		assertThat(browser.text("#%s .mark".formatted(experiment))).isEqualTo("Not seen yet");
	}

	@ParameterizedTest
	@CsvSource({ "1320, light", "1320, dark", "400, light", "400, dark" })
	void everybodyCanReadIt(int width, String scheme) {
		server("server-1");
		open(ReplyMode.DIRECT, width, scheme, false);
		browser.click("[data-n='abc']");
		browser.awaitText("#outcome", "INVALID_ARGUMENT");
		assertThat(browser.barriers()).isEmpty();
		browser.ask("1000");
		browser.awaitText("#steps li:last-child .label", "value");
		browser.awaitText("#servers", "server-1");
		assertThat(browser.barriers()).isEmpty();
		assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth")).isEqualTo(0L);
		assertThat(browser.run("return getComputedStyle(document.body).backgroundColor"))
			.isEqualTo(scheme.equals("dark") ? "rgb(17, 20, 27)" : "rgb(246, 245, 241)");
		browser.click("#steps button");
		assertThat(browser.barriers()).isEmpty();
	}

	@Test
	void keyboardIsEnough() {
		server("server-1");
		open();
		browser.press(Keys.TAB, Keys.TAB, Keys.TAB, Keys.ENTER);
		browser.awaitText("#outcome", "832040");
		browser.awaitText("#steps li:last-child .label", "value");
		browser.run("document.querySelector('#steps button').focus()");
		browser.press(Keys.ENTER);
		browser.awaitText("#message-title", "Request");
		browser.press(Keys.ESCAPE);
		assertThat(browser.run("return document.querySelector('dialog').open")).isEqualTo(false);
	}

	@Test
	void nothingComesFromAnotherHost() {
		server("server-1");
		Program client = open();
		browser.ask("30");
		browser.awaitText("#outcome", "832040");
		assertThat(browser.run("""
				return performance.getEntriesByType('resource').map((entry) => entry.name)
					.filter((name) => !name.startsWith(arguments[0]))""", client.address("/"))).isEqualTo(List.of());
	}

	@Test
	void pageSaysThatItsClientHasGoneAndGoesOnWithTheNextOne() {
		Program client = open();
		client.close();
		browser.awaitText("#live", "The client does not answer. Trying again.");
		server("server-1");
		this.programs.client(ReplyMode.DIRECT, "--server.port=" + URI.create(client.address("/")).getPort());
		browser.awaitText("#live", "Live");
		browser.awaitText("#consumers", "1");
	}

}
