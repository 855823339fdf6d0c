package io.fibrpc.client.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.rabbitrpc.client.ReplyMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.client.RunningClient;
import io.fibrpc.client.StandInServer;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FibonacciController} and {@link RpcProblems}, in each reply mode.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
abstract class FibonacciControllerTests {

	private static final String QUEUE = "rpc_queue";

	private static final String FIB_300 = "222232244629420445529739893461909967206666939096499764990979600";

	private final ReplyMode mode;

	private final List<StandInServer> servers = new ArrayList<>();

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final Connection connection = this.virtualHost.connect();

	private final RunningClient client;

	FibonacciControllerTests(ReplyMode mode) {
		this.mode = mode;
		this.client = RunningClient.start(this.virtualHost.springProperties(), mode, "--rabbit.rpc.client.deadline=3s");
	}

	@BeforeEach
	void declareRequestQueue() throws Exception {
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
		}
	}

	@AfterEach
	void deleteRequestQueue() throws Exception {
		this.servers.forEach(StandInServer::stop);
		this.servers.clear();
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDelete(QUEUE);
		}
	}

	@AfterAll
	void close() {
		this.client.close();
		this.connection.abort(5_000);
		this.virtualHost.close();
	}

	private StandInServer serve(StandInServer.Handler handler) throws IOException {
		StandInServer server = StandInServer.start(this.virtualHost, QUEUE, handler);
		this.servers.add(server);
		return server;
	}

	@Test
	void jsonIsTheDefaultAndTellsOfTheCall() throws IOException {
		serve((server, request) -> server.reply(request, FIB_300,
				Map.of("x-rpc-status", "OK", "x-rpc-server", "server-1", "x-rpc-work-us", 7L)));
		HttpResponse<String> response = this.client.get("/fibonacci/300");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.body())
			.matches("\\{\"n\":300,\"value\":\"%s\",\"server\":\"server-1\",\"replyMode\":\"%s\",".formatted(FIB_300,
					this.mode) + "\"elapsedMicros\":[0-9]+,\"serverMicros\":7}");
	}

	@Test
	void tutorialServersSendNoNameAndNoTime() throws IOException {
		serve(StandInServer.answering("55"));
		assertThat(this.client.get("/fibonacci/10").body()).contains("\"value\":\"55\",\"server\":null,",
				"\"serverMicros\":null}");
	}

	@Test
	void plainTextIsTheDigits() throws IOException {
		serve(StandInServer.answering(FIB_300));
		HttpResponse<String> response = this.client.get("/fibonacci/300", "Accept", "text/plain");
		assertThat(response.body()).isEqualTo(FIB_300);
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/plain"));
	}

	@Test
	void headHasTheHeadersOfGet() throws IOException {
		serve(StandInServer.answering("55"));
		HttpResponse<String> response = this.client.send("HEAD", "/fibonacci/10");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().firstValue("ETag")).contains("W/\"fib-10\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "W/\"fib-10\"", "\"fib-10\"", "\"other\", W/\"fib-10\"", "*" })
	void aKnownValueIsNotAskedForAgain(String known) throws IOException {
		StandInServer server = serve(StandInServer.answering("55"));
		HttpResponse<String> response = this.client.get("/fibonacci/10", "If-None-Match", known);
		assertThat(response.statusCode()).isEqualTo(304);
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().firstValue("Cache-Control")).contains("max-age=31536000, public, immutable");
		assertThat(response.headers().firstValue("Vary")).contains("Accept");
		assertThat(server.requests()).isEmpty();
	}

	@Test
	void theTagOfAnotherNumberDoesNotCount() throws IOException {
		serve(StandInServer.answering("55"));
		assertThat(this.client.get("/fibonacci/10", "If-None-Match", "W/\"fib-11\"").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "INVALID_ARGUMENT, 400", "INTERNAL, 500" })
	void failureOfTheServerIsAProblem(String status, int code) throws IOException {
		serve((server, request) -> server.reply(request, "error: it failed", Map.of("x-rpc-status", status)));
		assertProblem(this.client.get("/fibonacci/10"), code, status, "it failed");
	}

	@Test
	void noServerIsServiceUnavailableAndSaysWhenToComeAgain() {
		HttpResponse<String> response = this.client.get("/fibonacci/10");
		assertProblem(response, 503, "UNAVAILABLE", "no server is consuming rpc_queue");
		assertThat(response.headers().firstValue("Retry-After")).contains("1");
		assertThat(response.headers().firstValue("ETag")).isEmpty();
	}

	@Test
	void slowServerIsGatewayTimeout() throws IOException {
		serve((server, request) -> {
		});
		assertProblem(this.client.get("/fibonacci/10?deadline=300ms"), 504, "DEADLINE_EXCEEDED",
				"no reply within 300 ms");
	}

	@Test
	void nobodyGetsMoreTimeThanTheSettingGives() throws IOException {
		StandInServer server = serve(StandInServer.answering("55"));
		assertThat(this.client.get("/fibonacci/10?deadline=1h").statusCode()).isEqualTo(200);
		assertThat(server.requests()).singleElement()
			.extracting((request) -> Integer.parseInt(request.getProperties().getExpiration()))
			.satisfies((millis) -> assertThat(millis).isBetween(1, 3000));
	}

	@ParameterizedTest
	@CsvSource({ "/fibonacci/abc, 400", "/fibonacci/-1, 400", "/fibonacci/+1, 400", "/fibonacci/1.0, 400",
			"/fibonacci/0x10, 400", "/fibonacci/%D9%A3, 400", "/fibonacci/99999999999999999999999, 400",
			"/fibonacci/2147483648, 400", "/fibonacci/%0d%0aX:%201, 400", "/fibonacci/10?deadline=soon, 400",
			"/fibonacci/10?deadline=0ms, 400", "/fibonacci/10?deadline=-1s, 400",
			"/fibonacci/10?deadline=99999999999999999999d, 400", "/fibonacci/%00, 400", "/fibonacci/..%2f10, 400",
			"/fibonacci, 404", "/fibonacci/, 404", "/fibonacci/1/2, 404", "/fibonacci/%3Cscript%3E, 400",
			"/actuator/env, 404", "/actuator/heapdump, 404", "/nothing, 404" })
	void hostilePathIsRefused(String path, int code) throws IOException {
		StandInServer server = serve(StandInServer.answering("55"));
		HttpResponse<String> response = this.client.get(path);
		assertThat(response.statusCode()).isEqualTo(code);
		assertThat(response.body()).doesNotContain("Exception", "\tat ");
		assertThat(server.requests()).isEmpty();
	}

	@Test
	void hugePathIsRefused() {
		assertThat(this.client.get("/fibonacci/" + "1".repeat(5_000)).statusCode()).isEqualTo(400);
		assertThat(this.client.get("/fibonacci/" + "1".repeat(100_000)).statusCode()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/xml", "image/png" })
	void anUnknownMediaTypeIsNotAcceptable(String accepted) {
		assertThat(this.client.get("/fibonacci/10", "Accept", accepted).statusCode()).isEqualTo(406);
	}

	@Test
	void problemsReachThoseWhoAcceptPlainTextOnly() {
		HttpResponse<String> response = this.client.get("/fibonacci/abc", "Accept", "text/plain");
		assertProblem(response, 400, "INVALID_ARGUMENT", "n must be a whole number");
	}

	@Test
	void otherMethodsAreNotAllowed() {
		assertThat(this.client.send("POST", "/fibonacci/10").statusCode()).isEqualTo(405);
	}

	@Test
	void requestsThatTomcatRefusesGetProblemDetails() {
		HttpResponse<String> response = this.client.send("TRACE", "/fibonacci/10");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("\"status\":405");
	}

	@Test
	void fiveHundredRequestsWaitAtATimeAndHoldNoThread() throws IOException {
		List<Delivery> waiting = new CopyOnWriteArrayList<>();
		StandInServer server = serve((standIn, request) -> waiting.add(request));
		List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 500)
			.mapToObj((n) -> this.client.getLater("/fibonacci/%d?deadline=60s".formatted(n)))
			.toList();
		await().atMost(Duration.ofSeconds(30)).until(() -> waiting.size() == 500);
		int threads = ManagementFactory.getThreadMXBean().getThreadCount();
		for (Delivery request : waiting) {
			server.reply(request, "0", null);
		}
		assertThat(responses).allSatisfy((response) -> assertThat(response.join().statusCode()).isEqualTo(200));
		// Tomcat has up to 200 threads for requests that do not wait
		assertThat(threads).isLessThan(400);
	}

	@Test
	void eachOfManyRequestsGetsItsOwnValue() throws IOException {
		serve((server, request) -> server.reply(request,
				new BigInteger(new String(request.getBody(), StandardCharsets.US_ASCII)).pow(2).toString(), null));
		List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 200)
			.mapToObj((n) -> this.client.getLater("/fibonacci/" + n))
			.toList();
		for (int n = 0; n < responses.size(); n++) {
			assertThat(responses.get(n).join().body()).contains("\"n\":%d,\"value\":\"%d\"".formatted(n, n * n));
		}
	}

	private static void assertProblem(HttpResponse<String> response, int code, String status, String detail) {
		assertThat(response.statusCode()).isEqualTo(code);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(response.body()).contains("\"rpcStatus\":\"%s\"".formatted(status), "\"status\":" + code, detail,
				"\"mayHaveRun\":");
	}

}
