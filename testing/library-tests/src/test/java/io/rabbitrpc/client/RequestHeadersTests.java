package io.rabbitrpc.client;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.rabbitmq.client.LongString;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.channel.RequestAddress;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the headers of a request are limited on the wire, in whatever way they were
 * set.
 */
@Tag("broker")
class RequestHeadersTests {

	private static final String QUEUE = AnsweredQueue.NAME;

	@RegisterExtension
	static final AnsweredQueue queue = new AnsweredQueue();

	private Map<String, Object> headers(Consumer<RpcTemplate> call) {
		queue.client()
			.withBean(MessageConverter.class, () -> new JacksonJsonMessageConverter())
			.run((context) -> call.accept(context.getBean(RpcTemplate.class)));
		try {
			return Objects.requireNonNull(queue.requests().poll(10, TimeUnit.SECONDS)).getHeaders();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void headersOfPostProcessorsAndConvertersPassWithinTheLimits() {
		Map<String, Object> headers = headers(
				(template) -> template.convertSendAndReceive("", QUEUE, new Sku("a"), (request) -> {
					MessageProperties properties = request.getMessageProperties();
					properties.setHeader("tenant", "north");
					properties.setHeader("amount", 2);
					properties.setHeader("list", List.of(1));
					properties.setHeader("x-rpc-status", "OK");
					return request;
				}));
		assertThat(headers).containsOnlyKeys("tenant", "amount").containsEntry("amount", 2);
	}

	@Test
	void ofTooManyHeadersOfAMessageThoseOfTheTraceAreLeft() {
		MessageBuilder request = MessageBuilder.withBody(new byte[] { '1' });
		request.setHeader("traceparent", "00-1-1-01");
		IntStream.range(0, 100).forEach((i) -> request.setHeader("h" + i, "x".repeat(200)));
		Map<String, Object> headers = headers((template) -> template.sendAndReceive("", QUEUE, request.build()));
		assertThat(headers).hasSizeBetween(30, 64)
			.hasEntrySatisfying("traceparent",
					(trace) -> assertThat(trace).isInstanceOf(LongString.class).hasToString("00-1-1-01"));
	}

	@Test
	void aRequestThatIsGivenNoHeadersHasNone() {
		assertThat(headers(
				(template) -> template.sendAndReceive("", QUEUE, MessageBuilder.withBody(new byte[] { '1' }).build())))
			.isNullOrEmpty();
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void droppedHeadersOfRequestsAndRepliesAreCounted(ReplyMode mode) {
		AtomicInteger dropped = new AtomicInteger();
		CallObserver observer = new CallObserver() {

			@Override
			public Attempt start(RequestAddress address) {
				return CallObserver.NONE.start(address);
			}

			@Override
			public void headersDropped(String destination, int count) {
				assertThat(destination).isEqualTo(QUEUE);
				dropped.addAndGet(count);
			}

		};
		MessageBuilder request = MessageBuilder.withBody(new byte[] { '1' });
		IntStream.range(0, 66).forEach((i) -> request.setHeader("h" + i, i));
		request.setHeader("echo", true);
		queue.reply(Map.of("list", List.of(1), "table", Map.of("a", 1), "long", "x".repeat(9000), "region", "west"));
		queue.client()
			.withPropertyValues("rabbit.rpc.client.reply-mode=" + mode)
			.withBean(CallObserver.class, () -> observer)
			.run((context) -> context.getBean(RpcTemplate.class).sendAndReceive("", QUEUE, request.build()));
		queue.reply(Map.of());
		queue.requests().clear();
		assertThat(dropped).hasValue(3 + 3);
	}

	/**
	 * What is asked.
	 *
	 * @param sku an article's number
	 */
	record Sku(String sku) {

	}

}
