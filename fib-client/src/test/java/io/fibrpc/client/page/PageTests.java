package io.fibrpc.client.page;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.observation.RpcWireListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.client.EventStream;
import io.fibrpc.client.RunningClient;
import io.fibrpc.client.StandInServer;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what the page gets from the client.
 */
@Tag("broker")
class PageTests {

	private static VirtualHost host;

	private static Connection connection;

	@BeforeAll
	static void start() throws Exception {
		host = TestBroker.shared().createVirtualHost();
		connection = host.connect();
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		}
		StandInServer.start(host, "rpc_queue", (server, request) -> server.reply(request, "55",
				Map.of("x-rpc-status", "OK", "x-rpc-server", "one", "x-rpc-work-us", 7)));
	}

	@AfterAll
	static void close() {
		connection.abort(5_000);
		host.close();
	}

	private static RunningClient client(ReplyMode mode, String... settings) {
		return RunningClient.start(host.springProperties(), mode, settings);
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void callIsToldStepByStep(ReplyMode mode) {
		try (RunningClient client = client(mode); EventStream stream = client.events()) {
			stream.await("state", "\"name\":\"rpc_queue\",\"consumers\":1,\"depth\":0,\"problem\":null",
					"\"replyMode\":\"%s\"".formatted(mode));
			client.get("/fibonacci/10");
			stream.await("call", "\"step\":\"requested\"", "\"correlation_id\":\"", "\"expiration\":\"",
					"\"reply_to\":\"" + ((mode == ReplyMode.DIRECT) ? "amq.rabbitmq.reply-to" : "fib-client.replies."),
					"\"body\":\"10\"");
			stream.await("call", "\"step\":\"confirmed\"");
			stream.await("call", "\"step\":\"replied\"", "\"x-rpc-server\":\"one\"", "\"body\":\"55\"",
					"\"workMicros\":7");
			stream.await("call", "\"step\":\"ended\"", "\"status\":\"OK\"");
			stream.await("state", "\"servers\":[{\"name\":\"one\",\"answered\":1,\"certain\":true}]",
					"\"outcomes\":{\"OK\":1}", "\"inFlight\":0");
		}
	}

	@Test
	void failureIsToldWithItsSentence() {
		try (RunningClient client = client(ReplyMode.DIRECT, "--fib.client.request-queue=no_such_queue");
				EventStream stream = client.events()) {
			stream.await("state", "\"problem\":\"there is no queue no_such_queue\"");
			client.get("/fibonacci/10");
			stream.await("call", "\"step\":\"ended\"", "\"status\":\"UNAVAILABLE\"",
					"\"sentence\":\"there is no queue no_such_queue\"", "\"mayHaveRun\":false");
			stream.await("state", "\"outcomes\":{\"UNAVAILABLE\":1}");
		}
	}

	@Test
	void nothingIsDoneForCallsWhileNobodyWatches() {
		try (RunningClient client = client(ReplyMode.DIRECT)) {
			RpcWireListener listener = client.bean(RpcWireListener.class);
			assertThat(listener.start("rpc_queue")).isNull();
			try (EventStream stream = client.events()) {
				stream.await("state");
				assertThat(listener.start("rpc_queue")).isNotNull();
			}
			await().untilAsserted(() -> assertThat(listener.start("rpc_queue")).isNull());
		}
	}

	@Test
	void onlySoManyCallsOfASecondAreDrawnAndAllAreCounted() {
		try (RunningClient client = client(ReplyMode.DIRECT); EventStream stream = client.events()) {
			stream.await("state");
			Stream.generate(() -> client.getLater("/fibonacci/10"))
				.limit(4 * DrawnCalls.MAX_CALLS)
				.toList()
				.forEach((answer) -> answer.join());
			stream.await("state", "\"answered\":%d,".formatted(4 * DrawnCalls.MAX_CALLS));
			assertThat(stream.last("state")).doesNotContain("\"notDrawn\":0");
		}
	}

	@Test
	void oneViewerTooManyIsToldSo() {
		try (RunningClient client = client(ReplyMode.DIRECT)) {
			List<EventStream> streams = Stream.generate(client::events).limit(Viewers.MAX_VIEWERS).toList();
			streams.forEach((stream) -> stream.await("state"));
			try (EventStream oneMore = client.events()) {
				oneMore.await("full", "20");
				oneMore.awaitEnd(Duration.ofSeconds(5));
			}
			for (EventStream stream : streams) {
				stream.close();
			}
		}
	}

	@Test
	void openPageDoesNotHoldUpTheStop() {
		RunningClient client = client(ReplyMode.DIRECT);
		try (EventStream stream = client.events()) {
			stream.await("state");
			long start = System.nanoTime();
			client.close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
			stream.awaitEnd(Duration.ofSeconds(1));
		}
	}

	@Test
	void filesNeedNoOtherHost() {
		try (RunningClient client = client(ReplyMode.DIRECT)) {
			for (String path : List.of("/", "/page/page.js", "/page/page.css", "/page/icon.svg")) {
				HttpResponse<String> response = client.get(path);
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.headers().firstValue("Content-Security-Policy")).get()
					.asString()
					.startsWith("default-src 'none'; script-src 'self'; style-src 'self';");
				assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
				assertThat(response.body().replace("http://www.w3.org/2000/svg", "")).doesNotContain("://");
			}
			assertThat(client.get("/").headers().firstValue("Content-Type")).contains("text/html");
			assertThat(client.get("/page/../application.properties").statusCode()).isNotEqualTo(200);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/page/events", "/page/page.js", "/page/page.css" })
	void nothingIsThereIfItIsSwitchedOff(String path) {
		try (RunningClient client = client(ReplyMode.DIRECT, "--fib.client.page=false")) {
			assertThat(client.get(path).statusCode()).isEqualTo(404);
			assertThat(client.beansOf(RpcWireListener.class)).isEmpty();
		}
	}

}
