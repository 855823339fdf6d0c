package io.fibrpc.client;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcReply;
import io.rabbitrpc.client.RpcTemplate;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.channel.StrayReplies;
import io.rabbitrpc.connection.inbound.InboundFilter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what a caller sees, in each reply mode.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
abstract class FibonacciClientContractTests {

	private static final String QUEUE = "rpc_queue";

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final List<StandInServer> servers = new ArrayList<>();

	private final String replyMode;

	private final Function<FibonacciClient, Calls> calls;

	private Connection connection = this.virtualHost.connect();

	private ConfigurableApplicationContext context;

	private Calls client;

	private boolean hasOwnSettings;

	FibonacciClientContractTests(String replyMode, Function<FibonacciClient, Calls> calls) {
		this.replyMode = replyMode;
		this.calls = calls;
		this.context = start();
		this.client = client(this.context);
	}

	private Calls client(ConfigurableApplicationContext started) {
		return this.calls.apply(started.getBean(FibonacciClient.class));
	}

	private ConfigurableApplicationContext start(String... settings) {
		List<String> arguments = new ArrayList<>(List.of(settings));
		this.virtualHost.springProperties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.add("--rabbit.rpc.client.reply-mode=" + this.replyMode);
		arguments.add("--fib.client.demo=false");
		arguments.add("--spring.main.keep-alive=false");
		return new SpringApplicationBuilder(FibonacciClientApplication.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	private void restart(String... settings) {
		this.hasOwnSettings = settings.length > 0;
		this.context.close();
		this.context = start(settings);
		this.client = client(this.context);
	}

	@BeforeEach
	void declareRequestQueue() throws IOException, TimeoutException {
		if (this.hasOwnSettings || !this.context.isActive()) {
			restart();
		}
		if (!this.connection.isOpen()) {
			this.connection = this.virtualHost.connect();
		}
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
		}
	}

	@AfterEach
	void deleteRequestQueue() throws IOException, TimeoutException {
		this.servers.forEach(StandInServer::stop);
		this.servers.clear();
		if (this.connection.isOpen()) {
			try (Channel channel = this.connection.createChannel()) {
				channel.queueDelete(QUEUE);
			}
		}
	}

	@AfterAll
	void close() {
		this.context.close();
		this.connection.abort(5_000);
		this.virtualHost.close();
	}

	@Test
	void valueIsReturned() throws IOException {
		StandInServer server = serve(StandInServer.answering("832040"));
		assertThat(this.client.fibonacci(30)).isEqualTo(832_040);
		assertThat(server.requests()).singleElement()
			.extracting((request) -> new String(request.getBody(), StandardCharsets.US_ASCII))
			.isEqualTo("30");
	}

	@Test
	void replyTellsTheServerAndItsWork() throws IOException {
		serve((standIn, request) -> standIn.reply(request, "55",
				Map.of("x-rpc-status", "OK", "x-rpc-server", "a\nb", "x-rpc-work-us", 1500L)));
		assertThat(this.client.request(10))
			.isEqualTo(new RpcReply<>(BigInteger.valueOf(55), Map.of(), "a\\x0ab", Duration.ofNanos(1_500_000)));
	}

	@Test
	void manyCallersAtOnceEachGetTheirOwnReply() throws Exception {
		serve((standIn, request) -> standIn.reply(request, new String(request.getBody(), StandardCharsets.US_ASCII),
				null));
		ExecutorService callers = Executors.newFixedThreadPool(32);
		List<Future<BigInteger>> values = new ArrayList<>();
		for (int n = 0; n < 2_000; n++) {
			int number = n;
			values.add(callers.submit(() -> this.client.fibonacci(number)));
		}
		for (int n = 0; n < values.size(); n++) {
			assertThat(values.get(n).get(10, TimeUnit.SECONDS)).isEqualTo(n);
		}
		callers.shutdown();
	}

	@ParameterizedTest
	@CsvSource({ "INVALID_ARGUMENT, error: n must be less, INVALID_ARGUMENT, n must be less, false",
			"INTERNAL, error: it failed, INTERNAL, it failed, true", "NO_SUCH_STATUS, 5, INTERNAL, 5, true" })
	void failureOfTheServerReachesTheCaller(String header, String body, RpcStatus status, String message,
			boolean mayHaveRun) throws IOException {
		serve((standIn, request) -> standIn.reply(request, body, Map.of("x-rpc-status", header)));
		assertOutcome(() -> this.client.fibonacci(30), status, message, mayHaveRun);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "None", "1.5005205362068963e+21", "-1323752223", "\u0667", "\u001b[31m832040" })
	void replyThatIsNoNumberIsInternal(String body) throws IOException {
		serve(StandInServer.answering(body));
		RpcException ex = assertOutcome(() -> this.client.fibonacci(30), RpcStatus.INTERNAL,
				"the reply is not a number", true);
		assertThat(ex.getMessage()).matches("[ -~]*");
	}

	@Test
	void replyThatIsLargerThanTheClientTakesIsInternalAndTheConnectionStays() throws IOException {
		restart("--spring.rabbitmq.max-inbound-message-body-size=64KB");
		serve((standIn, request) -> standIn.reply(request, "1".repeat((requestedNumber(request) == 30) ? 65_537 : 1),
				null));
		assertOutcome(() -> this.client.fibonacci(30), RpcStatus.INTERNAL, "the reply is too large: 65537 bytes", true);
		assertThat(this.client.fibonacci(1)).isEqualTo(1);
	}

	@Test
	void replyWithUnreadableHeadersIsTheValueAndTheConnectionStays() throws Exception {
		InboundFilter filter = this.context.getBean(InboundFilter.class);
		long droppedBefore = filter.headersDropped();
		CompletableFuture<Delivery> neighbour = new CompletableFuture<>();
		StandInServer server = serve((standIn, request) -> {
			if (requestedNumber(request) == 1) {
				neighbour.complete(request);
			}
			else {
				standIn.reply(request, "832040", nested(33));
			}
		});
		CompletableFuture<BigInteger> waiting = CompletableFuture.supplyAsync(() -> this.client.fibonacci(1));
		Delivery request = neighbour.get(5, TimeUnit.SECONDS);
		assertThat(this.client.fibonacci(30)).isEqualTo(832_040);
		// Otherwise it would have ended with the connection
		server.reply(request, "1", null);
		assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo(1);
		assertThat(filter.headersDropped() - droppedBefore).isOne();
	}

	private static Map<String, Object> nested(int depth) {
		Map<String, Object> table = Map.of();
		for (int i = 0; i < depth; i++) {
			table = Map.of("n", table);
		}
		return table;
	}

	private static int requestedNumber(Delivery request) {
		return Integer.parseInt(new String(request.getBody(), StandardCharsets.US_ASCII));
	}

	@Test
	void javaSerialisedReplyIsInternal() throws IOException {
		serve(StandInServer.answering("\u00ac\u00ed\u0000\u0005sr"));
		assertOutcome(() -> this.client.fibonacci(30), RpcStatus.INTERNAL, "the reply is not a number", true);
	}

	@Test
	void negativeNumberIsRefusedBeforeItIsSent() throws IOException {
		StandInServer server = serve(StandInServer.answering("0"));
		assertOutcome(() -> this.client.fibonacci(-1), RpcStatus.INVALID_ARGUMENT, "n must be 0 or more", false);
		assertThat(server.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE / 1_000_000 })
	void deadlineThatHasPassedIsRefused(long millis) {
		assertOutcome(() -> this.client.fibonacci(30, Duration.ofMillis(millis)), RpcStatus.INVALID_ARGUMENT,
				"the deadline must be 1 ms or more", false);
	}

	@Test
	void noQueueIsUnavailableWithinOneSecond() throws Exception {
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDelete(QUEUE);
		}
		assertWithin(SECOND, () -> assertOutcome(() -> this.client.fibonacci(30), RpcStatus.UNAVAILABLE,
				"there is no queue rpc_queue", false));
	}

	@Test
	void noServerIsUnavailableWithinOneSecond() {
		this.client = warm(this.client);
		assertWithin(SECOND, () -> assertOutcome(() -> this.client.fibonacci(30), RpcStatus.UNAVAILABLE,
				"no server is consuming rpc_queue", true));
	}

	@Test
	void noServerIsWaitedForIfTheSettingSaysSo() throws Exception {
		restart("--rabbit.rpc.client.no-server=wait", "--rabbit.rpc.client.deadline=20s");
		CompletableFuture<BigInteger> value = CompletableFuture.supplyAsync(() -> this.client.fibonacci(30));
		await().until(() -> this.virtualHost.queue(QUEUE).ready() == 1);
		await().during(Duration.ofMillis(1_200)).atMost(Duration.ofSeconds(3)).until(() -> !value.isDone());
		serve(StandInServer.answering("832040"));
		assertThat(value.get(5, TimeUnit.SECONDS)).isEqualTo(832_040);
	}

	@Test
	void slowServerIsDeadlineExceededWhichSaysWhatIsKnown() throws IOException {
		serve((standIn, request) -> {
		});
		Duration deadline = Duration.ofMillis(600);
		assertWithin(deadline.plusMillis(250),
				() -> assertOutcome(() -> this.client.fibonacci(30, deadline), RpcStatus.DEADLINE_EXCEEDED,
						"no reply within 600 ms: rpc_queue has 1 consumer and nothing waiting", true));
	}

	@Test
	void lateReplyIsDroppedAndNeverGivenToTheNextCall() throws IOException {
		AtomicReference<Delivery> late = new AtomicReference<>();
		long lateBefore = strayReplies().count(StrayReplies.Kind.LATE);
		serve((standIn, request) -> {
			Delivery first = late.getAndSet(request);
			if (first != null) {
				standIn.reply(first, "1", null);
				standIn.reply(request, "2", null);
			}
		});
		assertOutcome(() -> this.client.fibonacci(30, Duration.ofMillis(300)), RpcStatus.DEADLINE_EXCEEDED, "no reply",
				true);
		assertThat(this.client.fibonacci(30)).isEqualTo(2);
		assertThat(strayReplies().count(StrayReplies.Kind.LATE) - lateBefore).isEqualTo(1);
	}

	@Test
	void duplicateAndForeignRepliesAreDropped() throws IOException {
		long foreignBefore = strayReplies().count(StrayReplies.Kind.FOREIGN);
		long duplicateBefore = strayReplies().count(StrayReplies.Kind.DUPLICATE);
		serve((standIn, request) -> {
			standIn.reply(request, "no-such-id", "1", null);
			standIn.reply(request, "\ud83d\ude00".repeat(10), "1", null);
			standIn.reply(request, "2", null);
			standIn.reply(request, "3", null);
		});
		assertThat(this.client.fibonacci(30)).isEqualTo(2);
		assertThat(this.client.fibonacci(30)).isEqualTo(2);
		await().untilAsserted(() -> {
			assertThat(strayReplies().count(StrayReplies.Kind.FOREIGN) - foreignBefore).isEqualTo(4);
			assertThat(strayReplies().count(StrayReplies.Kind.DUPLICATE) - duplicateBefore).isEqualTo(2);
		});
	}

	@Test
	void connectionClosedWhileWaitingIsUnavailableWithinOneSecondAndTheNextCallWorks() throws Exception {
		CountDownLatch taken = new CountDownLatch(1);
		serve((standIn, request) -> taken.countDown());
		CompletableFuture<BigInteger> value = CompletableFuture
			.supplyAsync(() -> this.client.fibonacci(30, Duration.ofSeconds(20)));
		assertThat(taken.await(5, TimeUnit.SECONDS)).isTrue();
		long start = System.nanoTime();
		this.virtualHost.closeAllConnections("maintenance");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> value.get(5, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOfSatisfying(RpcException.class, (ex) -> {
				assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE);
				assertThat(ex).hasMessageContaining("maintenance");
				assertThat(ex.mayHaveRun()).isTrue();
			});
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		serve(StandInServer.answering("832040"));
		assertThat(this.client.fibonacci(30)).isEqualTo(832_040);
	}

	@Test
	void requestThatCannotBeWrittenLeavesNothingBehind() throws IOException {
		serve(StandInServer.answering("5"));
		RpcTemplate template = this.context.getBean(RpcTemplate.class);
		String tooLong = "q".repeat(300);
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> template.convertSendAndReceive("", tooLong, 5));
		assertThat(this.client.fibonacci(5)).isEqualTo(5);
		// If the numbers of requests and confirms differed, one request would stay
		await().until(() -> this.context.getBean(RpcConnector.class).callsWaiting() == 0);
	}

	@Test
	void fullQueueIsResourceExhausted() throws Exception {
		restart("--fib.client.request-queue=full");
		this.virtualHost.setPolicy("full", "^full$", "{\"max-length\":1,\"overflow\":\"reject-publish\"}",
				"quorum_queues");
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare("full", true, false, false, Map.of("x-queue-type", "quorum"));
			for (int i = 0; i < 10; i++) {
				channel.basicPublish("", "full", null, new byte[0]);
			}
			await().until(() -> this.virtualHost.queue("full").ready() > 1);
			warm(this.client);
			assertWithin(Duration.ofMillis(250), () -> assertOutcome(() -> this.client.fibonacci(30),
					RpcStatus.RESOURCE_EXHAUSTED, "full may be full", true));
		}
	}

	@Test
	void tooManyCallsInFlightAreResourceExhausted() throws Exception {
		restart("--rabbit.rpc.client.max-in-flight=2");
		ConcurrentLinkedQueue<Delivery> requests = new ConcurrentLinkedQueue<>();
		StandInServer server = serve((standIn, request) -> requests.add(request));
		CompletableFuture<BigInteger> first = CompletableFuture.supplyAsync(() -> this.client.fibonacci(1));
		CompletableFuture<BigInteger> second = CompletableFuture.supplyAsync(() -> this.client.fibonacci(2));
		await().until(() -> requests.size() == 2);
		assertOutcome(() -> this.client.fibonacci(3), RpcStatus.RESOURCE_EXHAUSTED, "2 calls are in flight", false);
		for (Delivery request : requests) {
			server.reply(request, "7", null);
		}
		assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(7);
		assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(7);
	}

	@Test
	void callThatFindsNoServerIsMadeAgainIfTheSettingSaysSo() throws Exception {
		restart("--rabbit.rpc.client.retry.max-attempts=10", "--rabbit.rpc.client.deadline=20s");
		CompletableFuture<BigInteger> value = CompletableFuture.supplyAsync(() -> this.client.fibonacci(30));
		await().during(Duration.ofMillis(1_500)).atMost(Duration.ofSeconds(4)).until(() -> !value.isDone());
		serve(StandInServer.answering("832040"));
		assertThat(value.get(10, TimeUnit.SECONDS)).isEqualTo(832_040);
	}

	@Test
	void repeatedCallKeepsToTheDeadlineOfTheFirst() {
		restart("--rabbit.rpc.client.retry.max-attempts=10", "--rabbit.rpc.client.retry.backoff=1ms");
		assertWithin(Duration.ofMillis(1_750), () -> assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.client.fibonacci(30, Duration.ofMillis(1_500))));
	}

	@Test
	void endedCallsLeaveNothingInTheClient() throws Exception {
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDelete(QUEUE);
		}
		for (int i = 0; i < 1_000; i++) {
			assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.client.fibonacci(30));
		}
		assertThat(this.context.getBean(RpcCalls.class).inFlight()).isZero();
		await().until(() -> this.context.getBean(RpcConnector.class).callsWaiting() == 0);
		assertThat(this.context.getBean(RpcTemplate.class).getPendingReplyCounter().getCount()).isZero();
	}

	@Test
	void interruptEndsTheCallAndIsKept() throws Exception {
		CountDownLatch taken = new CountDownLatch(1);
		CompletableFuture<Boolean> flag = new CompletableFuture<>();
		serve((standIn, request) -> taken.countDown());
		Thread caller = new Thread(() -> {
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> this.client.fibonacci(30, Duration.ofSeconds(20)));
			flag.complete(Thread.currentThread().isInterrupted());
		});
		caller.start();
		assertThat(taken.await(5, TimeUnit.SECONDS)).isTrue();
		caller.interrupt();
		assertThat(flag.get(2, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void closingTheClientEndsItsCalls() throws Exception {
		CountDownLatch taken = new CountDownLatch(1);
		serve((standIn, request) -> taken.countDown());
		CompletableFuture<RpcException> outcome = CompletableFuture
			.supplyAsync(() -> catchThrowableOfType(RpcException.class,
					() -> this.client.fibonacci(30, Duration.ofSeconds(20))));
		assertThat(taken.await(5, TimeUnit.SECONDS)).isTrue();
		this.context.close();
		assertThat(outcome.get(2, TimeUnit.SECONDS)).hasMessageContaining("the client was closed")
			.extracting(RpcException::status)
			.isEqualTo(RpcStatus.UNAVAILABLE);
	}

	@Test
	void cancelledCallLeavesNothingInTheClient() throws Exception {
		long lateBefore = strayReplies().count(StrayReplies.Kind.LATE);
		CountDownLatch taken = new CountDownLatch(100);
		ConcurrentLinkedQueue<Delivery> requests = new ConcurrentLinkedQueue<>();
		StandInServer server = serve((standIn, request) -> {
			requests.add(request);
			taken.countDown();
		});
		List<CompletableFuture<BigInteger>> values = IntStream.range(0, 100)
			.mapToObj(this.context.getBean(FibonacciClient.class)::fibonacciAsync)
			.toList();
		assertThat(taken.await(5, TimeUnit.SECONDS)).isTrue();
		assertThat(this.context.getBean(RpcCalls.class).inFlight()).isEqualTo(100);
		values.forEach((value) -> value.cancel(false));
		assertThat(this.context.getBean(RpcCalls.class).inFlight()).isZero();
		assertThat(this.context.getBean(RpcConnector.class).callsWaiting()).isZero();
		// A client may forget an ended call for a later one, so this is the last one
		Delivery last = requests.stream().filter((request) -> requestedNumber(request) == 99).findAny().orElseThrow();
		server.reply(last, "7", null);
		await().until(() -> strayReplies().count(StrayReplies.Kind.LATE) - lateBefore == 1);
	}

	@Test
	void streamHasTheValuesInOrderAndNoMoreCallsInFlightThanItMay() throws Exception {
		AtomicInteger highest = new AtomicInteger();
		RpcCalls calls = this.context.getBean(RpcCalls.class);
		serve((standIn, request) -> {
			highest.accumulateAndGet(calls.inFlight(), Math::max);
			standIn.reply(request, new String(request.getBody(), StandardCharsets.US_ASCII), null);
		});
		try (Stream<BigInteger> values = this.client.fibonacci(IntStream.range(0, 1000), 20)) {
			assertThat(values.mapToInt(BigInteger::intValue))
				.containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
		}
		assertThat(highest.get()).isBetween(2, 20);
	}

	@Test
	void streamThrowsTheOutcomeOfACallThatFailsAndCancelsTheOthersWhenItIsClosed() throws Exception {
		serve((standIn, request) -> {
			if (new String(request.getBody(), StandardCharsets.US_ASCII).equals("3")) {
				standIn.reply(request, "error: no", Map.of("x-rpc-status", "INTERNAL"));
			}
			else if (!new String(request.getBody(), StandardCharsets.US_ASCII).equals("4")) {
				standIn.reply(request, "7", null);
			}
		});
		try (Stream<BigInteger> values = this.client.fibonacci(IntStream.iterate(0, (n) -> n + 1), 10)) {
			Iterator<BigInteger> iterator = values.iterator();
			for (int n = 0; n < 3; n++) {
				assertThat(iterator.next()).isEqualTo(7);
			}
			assertOutcome(iterator::next, RpcStatus.INTERNAL, "no", true);
		}
		assertThat(this.context.getBean(RpcCalls.class).inFlight()).isZero();
	}

	@Test
	void noReplyQueueIsLeftBehind() throws IOException {
		serve(StandInServer.answering("832040"));
		assertThat(this.client.fibonacci(30)).isEqualTo(832_040);
		this.context.close();
		await().until(() -> this.virtualHost.listQueues("name").stream().noneMatch((name) -> name.contains("repl")));
	}

	private StrayReplies strayReplies() {
		return this.context.getBean(RpcConnector.class).strayReplies();
	}

	private StandInServer serve(StandInServer.Handler handler) throws IOException {
		StandInServer server = StandInServer.start(this.virtualHost, QUEUE, handler);
		this.servers.add(server);
		return server;
	}

	// Connects and compiles first, so that the test measures only the call
	private Calls warm(Calls client) {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> client.fibonacci(30, SECOND));
		return client;
	}

	private void assertWithin(Duration bound, Runnable call) {
		long start = System.nanoTime();
		call.run();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound);
	}

	private RpcException assertOutcome(ThrowingCallable call, RpcStatus status, String message, boolean mayHaveRun) {
		RpcException ex = catchThrowableOfType(RpcException.class, call);
		assertThat(ex).isNotNull().hasMessageContaining(message);
		assertThat(ex.status()).isEqualTo(status);
		assertThat(ex.mayHaveRun()).isEqualTo(mayHaveRun);
		return ex;
	}

}
