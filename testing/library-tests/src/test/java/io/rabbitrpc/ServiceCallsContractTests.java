package io.rabbitrpc;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.rabbit.annotation.Exchange;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.QueueBinding;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.rabbitrpc.client.RpcReply;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.interceptor.RpcClientInterceptor;
import io.rabbitrpc.client.proxy.ImportRpcServices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of calls by an interface that both programs share, and by an interface that only
 * the client has.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
abstract class ServiceCallsContractTests {

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final String replyMode;

	private ConfigurableApplicationContext server;

	private ConfigurableApplicationContext client;

	private ShopListener listener;

	private ShopService shop;

	private ShopCalls calls;

	ServiceCallsContractTests(String replyMode) {
		this.replyMode = replyMode;
	}

	@BeforeAll
	void start() {
		this.server = TestApplications.run(Server.class, this.host, "shop.quotes=quotes",
				"rabbit.rpc.client.enabled=false");
		this.client = TestApplications.run(Client.class, this.host, "shop.quotes=quotes",
				"rabbit.rpc.client.reply-mode=" + this.replyMode);
		this.listener = this.server.getBean(ShopListener.class);
		this.shop = this.client.getBean(ShopService.class);
		this.calls = this.client.getBean(ShopCalls.class);
	}

	@AfterAll
	void stop() {
		this.client.close();
		this.server.close();
		this.host.close();
	}

	@Test
	void aMethodReturnsTheValue() {
		assertThat(this.shop.quote(new Item("tea", 2), "ada")).isEqualTo(new Quote("tea", 900, "ada"));
	}

	@Test
	void aFailureArrivesAsItIs() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.shop.quote(new Item("spoon", 1), "ada"))
			.withMessage("no such sku: spoon")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.NOT_FOUND))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("no-such-sku"));
	}

	@Test
	void aMethodWithoutAValueWaitsForItsReply() {
		int before = this.listener.ordered.get();
		this.shop.order(new Item("tea", 1));
		assertThat(this.listener.ordered).hasValue(before + 1);
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.shop.order(new Item("spoon", 1)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.NOT_FOUND));
	}

	@Test
	void theListenerValidatesParametersOfTheInterface() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.shop.order(new Item("tea", 0)))
			.withMessageContaining("amount must be 1 or more")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT));
	}

	@Test
	void aMethodWithoutAPayloadIsACallToo() {
		assertThat(this.shop.skus()).containsExactly("cup", "tea");
	}

	@Test
	void aDurationIsTheDeadline() {
		// The first call also connects
		assertThat(this.calls.quote(new Item("tea", 1), "ada", null).cents()).isEqualTo(450);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.calls.quote(new Item("slow", 1), "ada", Duration.ofMillis(100)))
			.withMessageMatching("no reply within (\\d\\d|100) ms: .*")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED));
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.calls.quote(new Item("tea", 1), "ada", Duration.ZERO))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT));
	}

	@Test
	void anAbsentHeaderIsNotSent() {
		assertThat(this.calls.maybe(new Item("tea", 1), null, Optional.empty(), null).customer())
			.isEqualTo("none none standard");
		assertThat(this.calls.maybe(new Item("tea", 1), Size.LARGE, Optional.of(7), "fast").customer())
			.isEqualTo("LARGE 7 fast");
	}

	@Test
	@SuppressWarnings("NullAway") // The caller's mistake
	void missingRequiredValuesAreRefusedBeforeSending() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.shop.quote(new Item("tea", 1), null))
			.withMessage("the header customer is null")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INVALID_ARGUMENT));
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.shop.quote(null, "ada"))
			.withMessage("the payload item is null");
		assertThat(this.calls.later(null, "ada")).isCompletedExceptionally();
	}

	@Test
	void aFutureCompletesWithTheOutcome() {
		assertThat(this.calls.later(new Item("tea", 1), "ada")).succeedsWithin(5, TimeUnit.SECONDS)
			.isEqualTo(new Quote("tea", 450, "ada"));
		assertThat(this.calls.later(new Item("spoon", 1), "ada")).failsWithin(5, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.havingCause()
			.isInstanceOf(RpcException.class)
			.withMessage("no such sku: spoon");
	}

	@Test
	void aMonoMakesACallForEachSubscription() {
		int before = this.listener.quoted.get();
		Mono<Quote> quote = this.calls.mono(new Item("tea", 1), "ada");
		assertThat(this.listener.quoted).hasValue(before);
		assertThat(quote.block(Duration.ofSeconds(5))).isEqualTo(new Quote("tea", 450, "ada"));
		assertThat(quote.block(Duration.ofSeconds(5))).isEqualTo(new Quote("tea", 450, "ada"));
		assertThat(this.listener.quoted).hasValue(before + 2);
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> this.calls.mono(new Item("spoon", 1), "ada").block(Duration.ofSeconds(5)))
			.withMessage("no such sku: spoon");
	}

	@Test
	void aMonoIsNotWaitedForOnTheThreadThatReadsReplies() {
		Mono<Quote> chained = this.calls.mono(new Item("slow", 1), "ada")
			.mapNotNull((quote) -> this.calls.mono(new Item("tea", 1), "ada").block());
		assertThatIllegalStateException().isThrownBy(() -> chained.block(Duration.ofSeconds(20)))
			.withMessageContaining("are blocking, which is not supported in thread");
		assertThat(this.calls.mono(new Item("tea", 1), "ada").block(Duration.ofSeconds(5))).isNotNull();
	}

	@Test
	void cancellingAMonoEndsItsCall() {
		RpcCalls made = this.client.getBean(RpcCalls.class);
		Disposable subscription = this.calls.mono(new Item("slow", 1), "ada").subscribe();
		assertThat(made.inFlight()).isEqualTo(1);
		subscription.dispose();
		await().until(() -> made.inFlight() == 0);
	}

	@Test
	void aMonoOfNothingIsEmpty() {
		assertThat(this.calls.ordered(new Item("tea", 1)).blockOptional(Duration.ofSeconds(5))).isEmpty();
	}

	@Test
	void aReplyTellsTheHeadersOfTheServer() {
		assertThat(this.calls.stock(new Item("tea", 1)).headers()).containsEntry("warehouse", "north");
		assertThat(this.calls.stock(new Item("tea", 1)).value()).isTrue();
	}

	@Test
	void requestsGoToAnExchangeToo() {
		assertThat(this.calls.byExchange(new Item("cup", 1), "bob").cents()).isEqualTo(1200);
	}

	@Test
	void interceptorsSeeTheseCallsAndWhatTheyDeclare() {
		AtomicReference<String> seen = this.client.getBean(Client.class).seen;
		this.shop.skus();
		assertThat(seen).hasValue("skus idempotent null");
		this.calls.byExchange(new Item("cup", 1), "bob");
		assertThat(seen).hasValue("shop:eu.quotes 7");
	}

	@Test
	void aDefaultMethodMakesCalls() {
		assertThat(this.calls.cents("tea")).isEqualTo(450);
	}

	@RpcExchange(queue = "${shop.quotes}")
	interface ShopService {

		Quote quote(Item item, @Header String customer);

		@RpcExchange("orders")
		void order(@Validated Item item);

		@RpcExchange(queue = "skus", idempotent = true)
		List<String> skus();

	}

	/**
	 * What only a client can have.
	 */
	@RpcExchange("quotes")
	interface ShopCalls {

		Quote quote(Item item, @Header String customer, @Nullable Duration deadline);

		@RpcExchange("maybe")
		Quote maybe(@Payload Item item, @Header(required = false) @Nullable Size size, @Header Optional<Integer> count,
				@Header(defaultValue = "standard") @Nullable String delivery);

		CompletableFuture<Quote> later(@Nullable Item item, @Header String customer);

		Mono<Quote> mono(Item item, @Header String customer);

		@RpcExchange("orders")
		Mono<Void> ordered(Item item);

		@RpcExchange("stock")
		RpcReply<Boolean> stock(Item item);

		@RpcExchange(exchange = "shop", routingKey = "eu.quotes", priority = 7)
		Quote byExchange(Item item, @Header String customer);

		default int cents(String sku) {
			return quote(new Item(sku, 1), "nobody", null).cents();
		}

	}

	@EnableAutoConfiguration
	@ImportRpcServices(types = { ShopService.class, ShopCalls.class })
	static class Client {

		private final AtomicReference<String> seen = new AtomicReference<>();

		@Bean
		RpcClientInterceptor watching() {
			return (request, next) -> {
				this.seen.set(request.destination() + (request.idempotent() ? " idempotent " : " ")
						+ priority(request.message().getMessageProperties().getPriority()));
				return next.call(request);
			};
		}

		// Spring treats this as no value
		private static @Nullable Integer priority(@Nullable Integer priority) {
			return (priority != null && priority == 0) ? null : priority;
		}

	}

	@EnableAutoConfiguration
	static class Server {

		@Bean
		ShopListener shopListener() {
			return new ShopListener();
		}

		@Bean
		Validator validator() {
			return Validator.forInstanceOf(Item.class, (item, errors) -> {
				if (item.amount() < 1) {
					errors.rejectValue("amount", "amount", "must be 1 or more");
				}
			});
		}

	}

	static class ShopListener implements ShopService {

		private final AtomicInteger ordered = new AtomicInteger();

		private final AtomicInteger quoted = new AtomicInteger();

		@Override
		@RabbitListener(
				bindings = @QueueBinding(value = @Queue("quotes"), exchange = @Exchange("shop"), key = "eu.quotes"),
				containerFactory = "rpc", concurrency = "2")
		public Quote quote(Item item, String customer) {
			this.quoted.incrementAndGet();
			return switch (item.sku()) {
				case "tea" -> new Quote(item.sku(), 450 * item.amount(), customer);
				case "cup" -> new Quote(item.sku(), 1200 * item.amount(), customer);
				case "slow" -> {
					waitASecond();
					yield new Quote(item.sku(), 0, customer);
				}
				default -> throw new RpcException(RpcStatus.NOT_FOUND, "no such sku: " + item.sku(), "no-such-sku");
			};
		}

		private static void waitASecond() {
			try {
				new CountDownLatch(1).await(1, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		@RabbitListener(queuesToDeclare = @Queue("orders"), containerFactory = "rpc")
		public void order(Item item) {
			if (item.sku().equals("spoon")) {
				throw new RpcException(RpcStatus.NOT_FOUND, "no such sku: spoon");
			}
			this.ordered.incrementAndGet();
		}

		@Override
		@RabbitListener(queuesToDeclare = @Queue("skus"), containerFactory = "rpc")
		public List<String> skus() {
			return List.of("cup", "tea");
		}

		@RabbitListener(queuesToDeclare = @Queue("maybe"), containerFactory = "rpc")
		Quote maybe(@Payload Item item, @Header(defaultValue = "none") String size,
				@Header(defaultValue = "none") String count, @Header(defaultValue = "none") String delivery) {
			return new Quote(item.sku(), 0, "%s %s %s".formatted(size, count, delivery));
		}

		@RabbitListener(queuesToDeclare = @Queue("stock"), containerFactory = "rpc")
		Message<Boolean> stock(Item item) {
			return MessageBuilder.withPayload(item.amount() == 1).setHeader("warehouse", "north").build();
		}

	}

	/**
	 * What is asked.
	 *
	 * @param sku an article's number
	 * @param amount how many of it
	 */
	record Item(String sku, int amount) {

	}

	/**
	 * What is answered.
	 *
	 * @param sku an article's number
	 * @param cents the price
	 * @param customer who asks
	 */
	record Quote(String sku, int cents, String customer) {

	}

	/** A value of a header. */
	enum Size {

		/** The only one. */
		LARGE

	}

}
