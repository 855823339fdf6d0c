package io.rabbitrpc.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.listener.adapter.ReplyPostProcessor;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.listener.api.RabbitListenerErrorHandler;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SimpleMessageConverter;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcFailure;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.TestApplications;
import io.rabbitrpc.connection.inbound.InboundFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of listeners that an application writes: several queues, JSON, business errors,
 * headers.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class RpcListenerTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	private ConfigurableApplicationContext context;

	private Channel channel;

	@BeforeAll
	void start() throws IOException {
		this.context = TestApplications.run(Application.class, this.virtualHost);
		Connection connection = this.virtualHost.connect();
		this.channel = connection.createChannel();
		this.channel.basicConsume("amq.rabbitmq.reply-to", true, (tag, reply) -> this.replies.add(reply), (tag) -> {
		});
	}

	@AfterAll
	void stop() {
		this.context.close();
		this.virtualHost.close();
	}

	@Test
	void jsonIsReadByTheMethodsSignatureAndNoClassNameIsOnTheWire() throws Exception {
		Delivery reply = call("quotes", "{\"sku\": \"a\", \"amount\": 2}", Map.of("__TypeId__", "java.util.Locale"));
		assertThat(body(reply)).isEqualTo("{\"sku\":\"a\",\"price\":20}");
		assertThat(reply.getProperties().getContentType()).isEqualTo("application/json");
		assertThat(reply.getProperties().getHeaders()).containsOnlyKeys("x-rpc-status", "x-rpc-server",
				"x-rpc-work-us");
	}

	@Test
	void thePayloadIsValidatedAmongOtherParameters() throws Exception {
		assertFailure(call("checked", "{\"sku\": \"a\", \"amount\": 0}", Map.of("tenant", "one")), "INVALID_ARGUMENT",
				"amount must be 1 or more");
	}

	@Test
	void aValidatorForOtherTypesDoesNotPreventTheStart() throws Exception {
		assertThat(body(call("several", "{\"size\": 1}", Map.of()))).contains("size");
	}

	@Test
	void eachQueueOfAListenerIsServed() throws Exception {
		assertThat(body(call("stock", "{\"sku\": \"a\", \"amount\": 3}", Map.of()))).contains("30");
	}

	@ParameterizedTest
	@CsvSource({ "rpc,NOT_FOUND,no such sku,no-such-sku", "annotated,FAILED_PRECONDITION,sold out,sold-out",
			"mapped,ABORTED,too late,", "fault,INTERNAL,the server failed to answer,",
			"error,INTERNAL,the server failed to answer,", "conversion,INTERNAL,the server failed to answer," })
	void anExceptionOfTheListenerIsTheOutcome(String sku, String status, String sentence, @Nullable String code)
			throws Exception {
		Delivery reply = call("quotes", "{\"sku\": \"%s\", \"amount\": 1}".formatted(sku), Map.of());
		assertFailure(reply, status, sentence);
		assertThat(header(reply, "x-rpc-code")).isEqualTo(code);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = {
			"{\"sku\": \"a\", \"amount\": \"many\"};the request cannot be read: the field amount has no such value",
			"nonsense;the request cannot be read", "{\"sku\": \"a\", \"amount\": 0};amount must be 1 or more",
			"{\"sku\": \"a\", \"amount\": 101};too much for one request" })
	void aRequestThatCannotBeTakenIsRefusedWithItsField(String body, String sentence) throws Exception {
		assertFailure(call("quotes", body, Map.of()), "INVALID_ARGUMENT", sentence);
	}

	@Test
	void headersPassBothWays() throws Exception {
		Delivery reply = call("headers", "\"x\"", Map.of("tenant", "north", "table", Map.of("a", 1)));
		assertThat(body(reply)).isEqualTo("\"north\"");
		assertThat(header(reply, "region")).isEqualTo("west");
		assertThat(header(reply, "x-rpc-status")).isEqualTo("OK");
	}

	@Test
	void numbersInHeadersAreOfTypesThatEveryTutorialKnows() throws Exception {
		Delivery reply = call("headers", "\"x\"", Map.of("tenant", "north"));
		Map<String, Object> expected = Map.of("long", 7, "short", 8, "byte", 9, "negative", Integer.MIN_VALUE, "large",
				Long.MAX_VALUE);
		assertThat(reply.getProperties().getHeaders()).containsAllEntriesOf(expected);
	}

	@Test
	void aRequestWithoutTheHeaderThatTheMethodNeedsIsRefused() throws Exception {
		assertFailure(call("headers", "\"x\"", Map.of()), "INVALID_ARGUMENT", "the header tenant is missing");
	}

	@Test
	void aMethodWithoutAResultGetsAnEmptyReply() throws Exception {
		Delivery reply = call("orders", "\"x\"", Map.of());
		assertThat(reply.getBody()).isEmpty();
		assertThat(header(reply, "x-rpc-status")).isEqualTo("OK");
	}

	@Test
	void aLargeBodyCountsUntilItsRequestHasEnded() throws Exception {
		assertThat(body(call("held", "x".repeat(5_000), Map.of()))).isEqualTo("5000");
		await().until(() -> HeldBytes.of(this.context.getBean(InboundFilter.class)) == 0);
	}

	@Test
	void theAttributesOfAListenerActAsOnAnyOther() throws Exception {
		Delivery reply = call("attributes", "\"x\"", Map.of());
		assertThat(body(reply)).isEqualTo("\"x!\"");
		assertThat(reply.getProperties().getContentType()).isEqualTo("text/x-quote");
		assertThat(header(reply, "stamp")).isEqualTo("seen");
		assertThat(body(call("attributes", "\"handled\"", Map.of()))).isEqualTo("\"instead\"");
		assertThat(this.channel.consumerCount("attributes")).isEqualTo(2);
		assertThat(this.context.getBean("all")).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);
	}

	@Test
	void anExceptionFromReturnExceptionsIsAnOutcome() throws Exception {
		assertFailure(call("attributes", "\"thrown\"", Map.of()), "NOT_FOUND", "no such sku");
	}

	@Test
	void aListenerMayHaveAConverterOfItsOwn() throws Exception {
		Delivery reply = call("text", "x", Map.of());
		assertThat(body(reply)).isEqualTo("x!");
		assertThat(reply.getProperties().getContentType()).isEqualTo("text/plain");
	}

	@Test
	void aMethodMayAskForTheRequestBesidePayloadAndHeaders() throws Exception {
		Delivery reply = call("requests", "{\"sku\": \"a\", \"amount\": 2}", Map.of("tenant", "north"), "5000");
		assertThat(body(reply)).matches("\"a of north, 4711, first, tenant=north, (4[5-9]|50)\\d\\d ms left\"");
	}

	@Test
	void theRequestOfACallerWithoutADeadlineHasNone() throws Exception {
		Delivery reply = call("requests", "{\"sku\": \"a\", \"amount\": 2}", Map.of("tenant", "north"));
		assertThat(body(reply)).isEqualTo("\"a of north, 4711, first, tenant=north, no end\"");
	}

	@Test
	void thePayloadBesideTheRequestIsValidated() throws Exception {
		assertFailure(call("requests", "{\"sku\": \"a\", \"amount\": 0}", Map.of("tenant", "north")),
				"INVALID_ARGUMENT", "amount must be 1 or more");
	}

	@Test
	void headersOfTheProtocolDoNotReachListeners() throws Exception {
		assertThat(body(call("allheaders", "\"x\"", Map.of("tenant", "north", "x-rpc-mine", 1)))).contains("tenant")
			.doesNotContain("x-rpc");
	}

	@Test
	void oneOfSeveralMethodsMayAskForTheRequest() throws Exception {
		assertThat(body(call("several", "[1]", Map.of()))).isEqualTo("\"list of 4711\"");
	}

	private Delivery call(String queue, String body, Map<String, Object> headers) throws Exception {
		return call(queue, body, headers, null);
	}

	private Delivery call(String queue, String body, Map<String, Object> headers, @Nullable String expiration)
			throws Exception {
		this.channel.basicPublish("", queue,
				new BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to")
					.expiration(expiration)
					.correlationId("4711")
					.contentType("application/json")
					.headers(headers)
					.build(),
				body.getBytes(StandardCharsets.UTF_8));
		Delivery reply = this.replies.poll(10, TimeUnit.SECONDS);
		if (reply == null) {
			throw new AssertionError("no reply within 10 s");
		}
		assertThat(reply.getProperties().getCorrelationId()).isEqualTo("4711");
		return reply;
	}

	private static void assertFailure(Delivery reply, String status, String sentence) {
		assertThat(body(reply)).isEqualTo("error: " + sentence);
		assertThat(header(reply, "x-rpc-status")).isEqualTo(status);
	}

	private static String body(Delivery reply) {
		return new String(reply.getBody(), StandardCharsets.UTF_8);
	}

	private static @Nullable String header(Delivery reply, String name) {
		Object value = reply.getProperties().getHeaders().get(name);
		return (value != null) ? value.toString() : null;
	}

	record QuoteRequest(String sku, int amount) {

	}

	record Quote(String sku, int price) {

	}

	@RpcFailure(value = RpcStatus.FAILED_PRECONDITION, code = "sold-out")
	static class SoldOutException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		SoldOutException() {
			super("sold out");
		}

	}

	@EnableAutoConfiguration
	static class Application {

		@RabbitListener(queues = { "quotes", "stock" }, containerFactory = "rpc")
		Quote quote(@Payload @Validated QuoteRequest request) {
			switch (request.sku()) {
				case "rpc" -> throw new RpcException(RpcStatus.NOT_FOUND, "no such sku", "no-such-sku");
				case "annotated" -> throw new SoldOutException();
				case "mapped" -> throw new UnsupportedOperationException("too late");
				case "fault" -> throw new IllegalStateException("a secret");
				case "error" -> throw new StackOverflowError();
				case "conversion" -> throw new MessageConversionException("not the request");
				default -> {
					return new Quote(request.sku(), 10 * request.amount());
				}
			}
		}

		@RabbitListener(queues = "headers", containerFactory = "rpc")
		Message<String> headers(@Payload String payload, @Header String tenant) {
			return MessageBuilder.withPayload(tenant)
				.setHeader("region", "west")
				.setHeader("long", 7L)
				.setHeader("short", (short) 8)
				.setHeader("byte", (byte) 9)
				.setHeader("negative", (long) Integer.MIN_VALUE)
				.setHeader("large", Long.MAX_VALUE)
				.setHeader("x-rpc-status", "x")
				.build();
		}

		@RabbitListener(queues = "checked", containerFactory = "rpc")
		Quote checked(@Validated @Header String tenant, @Payload @Validated QuoteRequest request) {
			return new Quote(tenant, request.amount());
		}

		@RabbitListener(queues = "requests", containerFactory = "rpc")
		String request(@Validated QuoteRequest payload, RpcRequest request, @Header String tenant) {
			Duration left = request.remaining();
			return "%s of %s, %s, %s, %s, %s".formatted(payload.sku(), tenant, request.correlationId(),
					request.redelivered() ? "again" : "first", request.headers().toString().replaceAll("[{}]", ""),
					(left != null) ? left.toMillis() + " ms left" : "no end");
		}

		@RabbitListener(queues = "allheaders", containerFactory = "rpc")
		String allHeaders(String payload, @Headers Map<String, Object> headers) {
			return headers.keySet().toString();
		}

		@RabbitListener(queues = "orders", containerFactory = "rpc")
		void order(String payload) {
		}

		@RabbitListener(queues = "attributes", containerFactory = "rpc", concurrency = "2", priority = "3",
				group = "all", errorHandler = "instead", returnExceptions = "true", replyPostProcessor = "stamp",
				replyContentType = "text/x-quote", converterWinsContentType = "false")
		String attributes(String payload) {
			switch (payload) {
				case "handled" -> throw new IllegalStateException(payload);
				case "thrown" -> throw new RpcException(RpcStatus.NOT_FOUND, "no such sku");
				default -> {
					return payload + "!";
				}
			}
		}

		@RabbitListener(queues = "text", containerFactory = "rpc", messageConverter = "text")
		String text(String payload) {
			return payload + "!";
		}

		@Bean
		static RabbitListenerErrorHandler instead() {
			return (request, requestChannel, message, failure) -> {
				if (failure.getCause() instanceof IllegalStateException) {
					return "instead";
				}
				throw failure;
			};
		}

		@Bean
		static ReplyPostProcessor stamp() {
			return (request, reply) -> {
				reply.getMessageProperties().setHeader("stamp", "seen");
				return reply;
			};
		}

		// Only for the listener that names it
		@Bean(defaultCandidate = false)
		static MessageConverter text() {
			return new ReadsAllAsText();
		}

		@Bean
		RpcExceptionMapper tooLate() {
			return (exception) -> (exception instanceof UnsupportedOperationException)
					? new RpcException(RpcStatus.ABORTED, String.valueOf(exception.getMessage())) : null;
		}

		@Bean
		Queue quotes() {
			return new Queue("quotes");
		}

		@Bean
		Queue stock() {
			return new Queue("stock");
		}

		@Bean
		Queue headersQueue() {
			return new Queue("headers");
		}

		@Bean
		Queue attributesQueue() {
			return new Queue("attributes");
		}

		@Bean
		Queue textQueue() {
			return new Queue("text");
		}

		@Bean
		Queue heldQueue() {
			return new Queue("held");
		}

		@Bean
		HeldBytes heldBytes(InboundFilter filter) {
			return new HeldBytes(filter);
		}

		@Bean
		Queue orders() {
			return new Queue("orders");
		}

		@Bean
		Queue checkedQueue() {
			return new Queue("checked");
		}

		@Bean
		Queue requestsQueue() {
			return new Queue("requests");
		}

		@Bean
		Queue allHeadersQueue() {
			return new Queue("allheaders");
		}

		@Bean
		Queue severalQueue() {
			return new Queue("several");
		}

		@Bean
		SeveralMethods severalMethods() {
			return new SeveralMethods();
		}

		@Bean
		Validator validator() {
			return new AmountValidator();
		}

	}

	/**
	 * Ignores the content type.
	 */
	static final class ReadsAllAsText extends SimpleMessageConverter {

		@Override
		public Object fromMessage(org.springframework.amqp.core.Message message) {
			return new String(message.getBody(), StandardCharsets.UTF_8);
		}

	}

	static class HeldBytes {

		private final InboundFilter filter;

		HeldBytes(InboundFilter filter) {
			this.filter = filter;
		}

		@RabbitListener(queues = "held", containerFactory = "rpc", messageConverter = "text")
		String held(String payload) {
			return Long.toString(of(this.filter));
		}

		static long of(InboundFilter filter) {
			Object bytes = ReflectionTestUtils.getField(filter.heldBodies(), "bytes");
			return ((AtomicLong) Objects.requireNonNull(bytes)).get();
		}

	}

	@RabbitListener(queues = "several", containerFactory = "rpc")
	static class SeveralMethods {

		// Spring validates only if there is a default method
		@RabbitHandler(isDefault = true)
		Map<String, Object> map(@Payload @Validated Map<String, Object> request) {
			return request;
		}

		@RabbitHandler
		String list(List<Object> payload, RpcRequest request) {
			return "list of " + request.correlationId();
		}

	}

	/**
	 * Replaces Jakarta Validation.
	 */
	static final class AmountValidator implements Validator {

		@Override
		public boolean supports(Class<?> type) {
			return type == QuoteRequest.class;
		}

		@Override
		public void validate(Object target, Errors errors) {
			if (((QuoteRequest) target).amount() < 1) {
				errors.rejectValue("amount", "min", "must be 1 or more");
			}
			if (((QuoteRequest) target).amount() > 100) {
				errors.reject("max", "too much for one request");
			}
		}

	}

}
