package io.fibrpc.client.http;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.call.RpcCalls;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.fibrpc.client.RunningClient;
import io.fibrpc.client.StandInServer;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of HTTP callers that send unusual or unreadable requests, or disconnect.
 */
@Tag("broker")
@ExtendWith(OutputCaptureExtension.class)
class HttpCallerTests {

	private static VirtualHost host;

	private static Connection connection;

	private static RunningClient client;

	@BeforeAll
	static void start() throws Exception {
		host = TestBroker.shared().createVirtualHost();
		connection = host.connect();
		client = RunningClient.start(host.springProperties(), ReplyMode.DIRECT, "--rabbit.rpc.client.deadline=5s");
		// By default the network's buffers take responses of a megabyte
		client.setConnectorProperty("socket.txBufSize", "4096");
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		}
		StandInServer.start(host, "rpc_queue", HttpCallerTests::answer);
	}

	@AfterAll
	static void close() {
		client.close();
		connection.abort(5_000);
		host.close();
	}

	private static void answer(StandInServer server, Delivery request) throws IOException {
		switch (new String(request.getBody(), StandardCharsets.US_ASCII)) {
			case "1" -> {
				// Nobody answers
			}
			case "2" -> server.reply(request, "7".repeat(100_000), null);
			default -> server.reply(request, "832040", null);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/json" })
	void labelIsTrueForEveryCharset(String type) {
		String accepted = Charset.availableCharsets()
			.keySet()
			.stream()
			.map((charset) -> type + ";charset=" + charset)
			.reduce("", (first, second) -> first + (first.isEmpty() ? "" : ",") + second);
		assertThat(accepted.split(",")).hasSizeGreaterThan(100).allSatisfy((wanted) -> {
			// Reads the body with the charset of its content type
			HttpResponse<String> response = client.get("/fibonacci/30", "Accept", wanted);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Type"))
				.hasValueSatisfying((label) -> assertThat(label).startsWith(type));
			assertThat(response.body()).contains("832040");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /fibonacci/%zz HTTP/1.1\r\nHost: localhost",
			"GET /fibonacci/% HTTP/1.1\r\nHost: localhost", "GET /fibonacci/%5c HTTP/1.1\r\nHost: localhost",
			"GET /fibonacci/<30> HTTP/1.1\r\nHost: localhost", "GET /../../x HTTP/1.1\r\nHost: localhost",
			"GET /fibonacci/30 HTTP/1.1\r\nHost: a b", "GET /fibonacci/30 HTTP/1.1",
			"GET /fibonacci/30 HTTP/7.5\r\nHost: localhost", "nonsense" })
	void requestThatTomcatRefusesGetsAProblem(String request, CapturedOutput output) throws Exception {
		try (RawHttp caller = RawHttp.send(client, request + "\r\nConnection: close\r\n\r\n")) {
			String response = caller.response();
			int status = Integer.parseInt(response.substring(9, 12));
			assertThat(status).isBetween(400, 505);
			assertThat(response).contains("Content-Type: application/problem+json")
				.containsPattern("\\{\"(detail|title)\":")
				.contains("\"status\":" + status)
				.doesNotContain("<html");
		}
		assertThat(output).doesNotContain("Exception", "\tat ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/json" })
	void callersWhoLeaveWhileTheyReadFillNoLog(String type, CapturedOutput output) throws Exception {
		for (int i = 0; i < 3; i++) {
			try (RawHttp caller = RawHttp.send(client,
					RawHttp.get("/fibonacci/2").replace("\r\n\r\n", "\r\nAccept: " + type + "\r\n\r\n"))) {
				assertThat(caller.beginOfResponse()).isEqualTo("HTTP/1.1 200");
				caller.reset();
			}
		}
		await().during(Duration.ofSeconds(1))
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(output).doesNotContain("WARN", "ERROR", "Exception"));
	}

	// Tomcat does not look at a socket while an asynchronous request waits
	@Test
	void callOfACallerWhoLeavesEndsAtItsDeadline() throws Exception {
		RpcCalls calls = client.bean(RpcCalls.class);
		try (RawHttp caller = RawHttp.send(client, RawHttp.get("/fibonacci/1?deadline=1s"))) {
			await().until(() -> calls.inFlight() == 1);
			caller.reset();
		}
		await().atMost(Duration.ofSeconds(2)).until(() -> calls.inFlight() == 0);
	}

}
