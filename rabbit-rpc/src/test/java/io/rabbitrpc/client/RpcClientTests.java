package io.rabbitrpc.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;

import io.rabbitrpc.JsonMessages;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.FakeBroker;
import io.rabbitrpc.client.channel.FakeBroker.Request;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.queue.RequestQueueMonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RpcClient} with JSON.
 */
@Tag("slow")
class RpcClientTests {

	private final FakeBroker broker = new FakeBroker();

	private final CallThreads threads = new CallThreads();

	private final RpcConnector connector = new RpcConnector(this.broker.connections(), (channel) -> "replies",
			this.threads.scheduler(), this.threads.requests());

	private final RpcCalls calls = new RpcCalls(this.connector,
			new RequestQueueMonitor(this.connector, false, this.threads.scheduler()), 10, this.threads,
			CallObserver.NONE);

	private final RpcClient client = new DefaultRpcClient(this.calls, JsonMessages.converter(null),
			TestProperties.of(Map.of("queues.quotes.deadline", "300ms")), Duration.ofMinutes(1));

	@BeforeEach
	void start() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
	}

	@AfterEach
	void stop() {
		this.connector.stop();
		this.threads.close();
	}

	private Request request() {
		List<Request> requests = this.broker.lastChannel().requests;
		await().until(() -> !requests.isEmpty());
		return requests.get(requests.size() - 1);
	}

	private void reply(Map<String, Object> headers, String body) throws IOException {
		reply(request(), headers, body);
	}

	// With texts of the type that amqp-client reads
	private void reply(Request request, Map<String, Object> headers, String body) throws IOException {
		Map<String, Object> read = new HashMap<>(headers);
		read.replaceAll((name, value) -> (value instanceof String text) ? LongStringHelper.asLongString(text) : value);
		BasicProperties properties = new BasicProperties.Builder()
			.correlationId(request.properties().getCorrelationId())
			.contentType("application/json")
			.headers(read)
			.build();
		this.broker.lastChannel().reply(properties, body.getBytes(StandardCharsets.UTF_8));
	}

	private CompletableFuture<Quote> quote() {
		return this.client.queue("quotes").deadline(Duration.ofMinutes(1)).callAsync(new Sku("x"), Quote.class);
	}

	@Test
	void requestIsJsonWithoutAClassName() {
		quote();
		assertThat(request().body()).isEqualTo("{\"sku\":\"x\"}");
		assertThat(request().exchange()).isEmpty();
		assertThat(request().routingKey()).isEqualTo("quotes");
		assertThat(request().properties().getContentType()).isEqualTo("application/json");
		assertThat(request().properties().getHeaders()).isEmpty();
		assertThat(request().properties().getPriority()).isNull();
		assertThat(request().properties().getDeliveryMode()).isEqualTo(1);
		assertThat(request().properties().getMessageId()).isEqualTo(request().properties().getCorrelationId());
	}

	@Test
	void replyIsReadAsWhatTheCallAsksForWhateverClassItNames() throws IOException {
		CompletableFuture<Quote> quote = quote();
		reply(Map.of("x-rpc-status", "OK", "__TypeId__", "java.lang.ProcessBuilder"), "{\"cents\":42}");
		assertThat(quote).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(new Quote(42));
	}

	@Test
	void replyMayHaveAParameterizedType() throws IOException {
		CompletableFuture<List<Quote>> quotes = this.client.queue("quotes")
			.deadline(Duration.ofMinutes(1))
			.callAsync(new Sku("x"), new ParameterizedTypeReference<>() {
			});
		reply(Map.of(), "[{\"cents\":1},{\"cents\":2}]");
		assertThat(quotes).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(List.of(new Quote(1), new Quote(2)));
	}

	@Test
	void replyTellsTheHeadersOfTheServersApplication() throws IOException {
		CompletableFuture<RpcReply<Quote>> reply = this.client.queue("quotes")
			.deadline(Duration.ofMinutes(1))
			.callForReplyAsync(new Sku("x"), Quote.class);
		reply(Map.of("x-rpc-work-us", 1500, "region", "eu", "x-rpc-mine", "no", "nested", Map.of("a", 1)),
				"{\"cents\":1}");
		assertThat(reply).succeedsWithin(5, TimeUnit.SECONDS)
			.isEqualTo(new RpcReply<>(new Quote(1), Map.of("region", "eu"), null, Duration.ofNanos(1_500_000)));
	}

	@Test
	void failureOfTheApplicationArrivesAsItIs() throws IOException {
		CompletableFuture<Quote> quote = quote();
		reply(Map.of("x-rpc-status", "NOT_FOUND"), "error: no such sku: x");
		assertThat(quote).failsWithin(5, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.havingCause()
			.isInstanceOfSatisfying(RpcException.class, (ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.NOT_FOUND))
			.withMessage("no such sku: x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "{\"cents\":\"many\"}", "[]", "{", "832040" })
	void replyThatIsNoQuoteIsInternal(String body) throws IOException {
		CompletableFuture<Quote> quote = quote();
		reply(Map.of(), body);
		assertThat(quote).failsWithin(5, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.havingCause()
			.isInstanceOfSatisfying(RpcException.class, (ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INTERNAL));
	}

	@Test
	void deadlineIsThatOfTheCallOrOfItsQueueOrOfAll() {
		this.client.queue("quotes").callAsync(new Sku("x"), Quote.class);
		assertThat(Long.parseLong(request().properties().getExpiration())).isBetween(1L, 300L);
		this.client.queue("stock").callAsync(new Sku("x"), Quote.class);
		assertThat(Long.parseLong(request().properties().getExpiration())).isBetween(50_000L, 60_000L);
		this.client.queue("quotes").deadline(Duration.ofSeconds(20)).callAsync(new Sku("x"), Quote.class);
		assertThat(Long.parseLong(request().properties().getExpiration())).isBetween(10_000L, 20_000L);
	}

	@Test
	void deadlineOutOfBoundsIsRefusedBeforeItIsSent() {
		for (Duration deadline : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2),
				Duration.ofSeconds(Long.MAX_VALUE))) {
			RpcClient.CallSpec call = this.client.queue("quotes").deadline(deadline);
			assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call.call(new Sku("x"), Quote.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT));
			assertThat(call.callAsync(new Sku("x"), Quote.class)).isCompletedExceptionally();
		}
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void requestHasTheHeadersAndThePriorityThatItIsGiven() {
		this.client.exchange("prices", "eu.quotes")
			.header("tenant", "acme")
			.header("urgent", true)
			.priority(7)
			.callAsync(new Sku("x"), Quote.class);
		assertThat(request().exchange()).isEqualTo("prices");
		assertThat(request().routingKey()).isEqualTo("eu.quotes");
		assertThat(request().properties().getHeaders()).containsEntry("tenant", "acme")
			.containsEntry("urgent", true)
			.hasSize(2);
		assertThat(request().properties().getPriority()).isEqualTo(7);
	}

	@Test
	void headerOrPriorityThatDoesNotPassIsRefused() {
		RpcClient.CallSpec call = this.client.queue("quotes");
		assertThatIllegalArgumentException().isThrownBy(() -> call.header("x-rpc-status", "OK"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.queue("quotes").header("list", List.of()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.client.queue("quotes").header("long", "x".repeat(9_000)));
		assertThatIllegalArgumentException().isThrownBy(() -> call.priority(0));
		assertThatIllegalArgumentException().isThrownBy(() -> call.priority(256));
	}

	@Test
	void requestThatCannotBeWrittenIsRefused() {
		Object[] endless = new Object[1];
		endless[0] = endless;
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.client.queue("quotes").call(endless, Quote.class))
			.withMessageStartingWith("the request cannot be written: ")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT));
	}

	@Test
	void manyCallsAreMadeAFewAtATimeAndCancelledByClosing() throws IOException {
		Stream<Quote> quotes = this.client.queue("quotes")
			.deadline(Duration.ofMinutes(1))
			.callAll(IntStream.iterate(0, (i) -> i + 1).mapToObj((i) -> new Sku("x" + i)), 3, Quote.class);
		CompletableFuture<Quote> first = CompletableFuture.supplyAsync(() -> quotes.iterator().next());
		await().until(() -> this.broker.lastChannel().requests.size() == 3);
		assertThat(this.calls.inFlight()).isEqualTo(3);
		reply(this.broker.lastChannel().requests.get(0), Map.of(), "{\"cents\":1}");
		assertThat(first).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(new Quote(1));
		assertThat(this.calls.inFlight()).isEqualTo(2);
		quotes.close();
		assertThat(this.calls.inFlight()).isZero();
	}

	@Test
	void noCallAtATimeIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.client.queue("quotes").callAll(Stream.empty(), 0, Quote.class));
	}

	/**
	 * What is asked.
	 *
	 * @param sku an article's number
	 */
	record Sku(String sku) {
	}

	/**
	 * What is answered.
	 *
	 * @param cents a price
	 */
	record Quote(int cents) {
	}

}
