package com.example.shop.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import com.example.shop.Item;
import com.example.shop.Quote;
import com.example.shop.Stock;
import com.example.shop.server.ShopServer;
import com.rabbitmq.client.Channel;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcReply;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.MessageListenerContainer;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of both programs, on the broker that FIB_BROKER_URI names.
 */
@SpringBootTest(classes = ShopClient.class)
class ShopTests {

	private static final Item TEA = new Item("tea", 2);

	private static ConfigurableApplicationContext server;

	@Autowired
	private Shop shop;

	@Autowired
	private RpcClient rpc;

	@BeforeAll
	static void startServer() {
		server = SpringApplication.run(ShopServer.class);
	}

	@AfterAll
	static void stopServer(@Autowired RabbitTemplate template) {
		server.close();
		for (String queue : List.of("quotes", "stock")) {
			// Somebody else's messages stay
			template.execute((channel) -> channel.queueDelete(queue, true, true));
		}
	}

	@BeforeEach
	void awaitServer() {
		stockListener().start();
		// On a busy machine the first calls may be late
		await().ignoreExceptionsMatching((ex) -> ex instanceof RpcException || ex instanceof CompletionException)
			.until(() -> this.shop.quote(TEA, "ada") != null && this.shop.stock(TEA).join() != null);
	}

	@Test
	void callHasItsValue() {
		assertThat(this.shop.quote(TEA, "ada")).isEqualTo(new Quote("tea", 900, "ada"));
		assertThat(this.shop.stock(TEA)).succeedsWithin(Duration.ofSeconds(1)).isEqualTo(new Stock("tea", true));
	}

	@Test
	void anInterfaceMakesTheSameCalls(@Autowired ShopService service) {
		assertThat(service.quote(TEA, "ada")).isEqualTo(new Quote("tea", 900, "ada"));
		assertThat(service.stock(TEA)).succeedsWithin(Duration.ofSeconds(1)).isEqualTo(new Stock("tea", true));
		assertFailure(() -> service.quote(new Item("spoon", 1), "ada"), RpcStatus.NOT_FOUND, "no such sku: spoon");
		assertFailure(() -> service.quote(new Item("", 0), "ada"), RpcStatus.INVALID_ARGUMENT, "amount must ");
		assertFailure(() -> service.quote(TEA, null), RpcStatus.INVALID_ARGUMENT, "customer");
	}

	@Test
	void anInterfaceSeesThatNobodyConsumesItsQueue(@Autowired ShopService service) {
		stockListener().stop();
		assertThat(service.stock(TEA)).failsWithin(Duration.ofSeconds(1))
			.withThrowableOfType(ExecutionException.class)
			.havingCause()
			.withMessageContaining("stock");
	}

	@Test
	void plainRabbitTemplateMakesTheSameCall(@Autowired RabbitTemplate template) {
		Stock stock = template.convertSendAndReceiveAsType("", "stock", TEA, new ParameterizedTypeReference<>() {
		});
		assertThat(stock).isEqualTo(new Stock("tea", true));
	}

	@Test
	void businessErrorArrivesWithItsStatusSentenceAndCode() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> this.shop.quote(new Item("spoon", 1), "ada"))
			.withMessage("no such sku: spoon")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.NOT_FOUND))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("no-such-sku"));
	}

	@Test
	void invalidRequestIsRefusedWithTheNamesOfItsFields() {
		assertFailure(() -> this.shop.quote(new Item("", 0), "ada"), RpcStatus.INVALID_ARGUMENT, "amount must ",
				"sku must ");
		assertFailure(() -> this.rpc.queue("stock").call(new Item("tea", -1), Stock.class), RpcStatus.INVALID_ARGUMENT,
				"amount must ");
	}

	@Test
	void headersPassBothWays() {
		assertThat(this.shop.quote(TEA, "grace").customer()).isEqualTo("grace");
		RpcReply<Stock> reply = this.rpc.queue("stock").callForReply(TEA, Stock.class);
		assertThat(reply.headers()).containsEntry("warehouse", "north");
		assertThat(reply.value()).isEqualTo(new Stock("tea", true));
	}

	@Test
	void requestWithoutTheHeaderThatTheListenerNeedsIsRefused() {
		assertFailure(() -> this.rpc.queue("quotes").call(TEA, Quote.class), RpcStatus.INVALID_ARGUMENT, "customer");
	}

	@Test
	void unknownQueueIsUnavailableWithinASecond() {
		assertThat(durationOf(() -> assertFailure(() -> this.rpc.queue("prices").call(TEA, Quote.class),
				RpcStatus.UNAVAILABLE, "prices")))
			.isLessThan(Duration.ofSeconds(1));
	}

	@Test
	void queueWithoutAServerIsUnavailableEvenWith50Milliseconds() {
		stockListener().stop();
		assertThat(durationOf(() -> assertFailure(
				() -> this.rpc.queue("stock").deadline(Duration.ofMillis(50)).call(TEA, Stock.class),
				RpcStatus.UNAVAILABLE, "stock")))
			.isLessThan(Duration.ofMillis(300));
	}

	@Test
	void deadQueueDoesNotHoldUpTheOther() {
		stockListener().stop();
		for (int i = 0; i < 5; i++) {
			assertThat(this.shop.stock(TEA)).failsWithin(Duration.ofSeconds(1));
			assertThat(this.shop.quote(TEA, "ada")).isEqualTo(new Quote("tea", 900, "ada"));
		}
	}

	@Test
	void serverThatDoesNotAnswerEndsTheCallAtTheDeadlineOfItsQueue(@Autowired ConnectionFactory connectionFactory)
			throws Exception {
		stockListener().stop();
		try (Channel channel = connectionFactory.createConnection().createChannel(false)) {
			String tag = channel.basicConsume("stock", true, (consumer, request) -> {
			}, (consumer) -> {
			});
			assertThat(durationOf(() -> assertFailure(() -> this.rpc.queue("stock").call(TEA, Stock.class),
					RpcStatus.DEADLINE_EXCEEDED, "stock")))
				.isBetween(Duration.ofMillis(300), Duration.ofMillis(550));
			channel.basicCancel(tag);
		}
	}

	private static MessageListenerContainer stockListener() {
		return server.getBean(RabbitListenerEndpointRegistry.class)
			.getListenerContainers()
			.stream()
			.filter((container) -> container instanceof AbstractMessageListenerContainer listener
					&& List.of(listener.getQueueNames()).contains("stock"))
			.findFirst()
			.orElseThrow();
	}

	private static void assertFailure(ThrowingCallable call, RpcStatus status, String... words) {
		assertThatExceptionOfType(RpcException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status))
			.satisfies((ex) -> assertThat(ex).message().contains(words));
	}

	private static Duration durationOf(Runnable action) {
		long begun = System.nanoTime();
		action.run();
		return Duration.ofNanos(System.nanoTime() - begun);
	}

}
