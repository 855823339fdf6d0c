package io.rabbitrpc;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.transaction.RabbitTransactionManager;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.support.TransactionTemplate;

import io.rabbitrpc.TwoApplications.Sending;
import io.rabbitrpc.TwoApplications.Use;

import static org.awaitility.Awaitility.await;

/**
 * Tests that the library does not change methods of the template that are not calls.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class StockSendingTests {

	private static final String PLAIN = TwoApplications.PLAIN;

	private static final UnaryOperator<ApplicationContextRunner> AS_IT_IS = UnaryOperator.identity();

	private final TwoApplications both = new TwoApplications();

	@AfterAll
	void close() {
		this.both.close();
	}

	static Stream<Arguments> sendings() {
		return Stream.of(Arguments.of("text", sending((template) -> template.convertAndSend(PLAIN, "text"))),
				Arguments.of("object", sending((template) -> template.convertAndSend(PLAIN, 30))),
				Arguments.of("post-processed", sending(
						(template) -> template.convertAndSend("", PLAIN, "text", StockSendingTests::postProcessed))),
				Arguments.of("message",
						sending((template) -> template.send(PLAIN,
								MessageBuilder.withBody(new byte[] { 1, 2 })
									.setHeader("mine", List.of(1))
									.setHeader("x-rpc-mine", true)
									.build()))),
				Arguments.of("mandatory", sending((template) -> {
					template.setMandatory(true);
					template.convertAndSend(PLAIN, "text");
				})), Arguments.of("after a message that went nowhere", sending((template) -> {
					template.convertAndSend("", "no_such_queue", "lost");
					template.convertAndSend(PLAIN, "text");
				})));
	}

	private static Sending sending(Sending sending) {
		return sending;
	}

	private static Message postProcessed(Message message) {
		MessageProperties properties = message.getMessageProperties();
		properties.setPriority(5);
		properties.setExpiration("60000");
		properties.setReplyTo("elsewhere");
		properties.setCorrelationId("mine");
		return message;
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("sendings")
	void sentMessagesAreTheSame(String name, Sending sending) {
		this.both.assertSame(AS_IT_IS, Use.sending(sending));
	}

	@Test
	void receivedMessagesAreTheSame() {
		this.both.assertSame(AS_IT_IS, (context, wire) -> {
			RabbitTemplate template = context.getBean(RabbitTemplate.class);
			template.setReceiveTimeout(5_000);
			wire.send(PLAIN, "received");
			Object received = template.receive(PLAIN);
			wire.send(PLAIN, "converted");
			Object converted = template.receiveAndConvert(PLAIN);
			wire.send(PLAIN, "answered");
			Object answered = template.receiveAndReply(PLAIN, (String text) -> text + "!");
			template.setReceiveTimeout(0);
			return Arrays.asList(received, converted, answered, wire.take(), template.receive(PLAIN));
		});
	}

	@Test
	void unroutableMessagesAreReturnedAndConfirmedAsWithoutIt() {
		this.both.assertSame(StockSendingTests::confirmed, (context, wire) -> {
			RabbitTemplate template = context.getBean(RabbitTemplate.class);
			BlockingQueue<String> heard = new LinkedBlockingQueue<>();
			template.setReturnsCallback((returned) -> heard.add(returned.toString()));
			template.setConfirmCallback((data, ack, cause) -> heard.add(data + " " + ack));
			CorrelationData routed = new CorrelationData("routed");
			template.convertAndSend("", PLAIN, "text", routed);
			await().until(() -> heard.size() == 1);
			CorrelationData returned = new CorrelationData("returned");
			template.convertAndSend("", "no_such_queue", "text", returned);
			await().until(() -> heard.size() == 3);
			CorrelationData refused = new CorrelationData("refused");
			template.convertAndSend("no_such_exchange", "", "text", refused);
			await().until(() -> heard.size() == 4);
			return Stream
				.concat(heard.stream().sorted(),
						Stream.of(confirm(routed), confirm(returned), returned.getReturned(), confirm(refused),
								wire.take()))
				.toList();
		});
	}

	private static ApplicationContextRunner confirmed(ApplicationContextRunner runner) {
		return runner.withPropertyValues("spring.rabbitmq.publisher-returns=true",
				"spring.rabbitmq.publisher-confirm-type=correlated");
	}

	private static boolean confirm(CorrelationData data) throws Exception {
		return data.getFuture().get(10, TimeUnit.SECONDS).ack();
	}

	@Test
	void messagesOfATransactionAreCommittedOrRolledBack() {
		this.both.assertSame(AS_IT_IS, (context, wire) -> {
			RabbitTemplate template = context.getBean(RabbitTemplate.class);
			template.setChannelTransacted(true);
			TransactionTemplate transaction = new TransactionTemplate(
					new RabbitTransactionManager(context.getBean(ConnectionFactory.class)));
			transaction.executeWithoutResult((status) -> {
				template.convertAndSend(PLAIN, "rolled back");
				status.setRollbackOnly();
			});
			transaction.executeWithoutResult((status) -> template.convertAndSend(PLAIN, "committed"));
			return List.of(wire.take(), wire.channel().messageCount(PLAIN));
		});
	}

	@Test
	void theApplicationsOwnConverterAndCustomizerAct() {
		this.both
			.assertSame(
					(runner) -> runner
						.withBean(MessageConverter.class, () -> new JacksonJsonMessageConverter("io.rabbitrpc"))
						.withBean(RabbitTemplateCustomizer.class, () -> StockSendingTests::customize),
					(context, wire) -> {
						RabbitTemplate template = context.getBean(RabbitTemplate.class);
						template.convertAndSend(new Quote("a", 2));
						String sent = wire.take();
						template.convertAndSend(new Quote("b", 3));
						return List.of(sent, String.valueOf(template.receiveAndConvert(PLAIN, 5_000)));
					});
	}

	private static void customize(RabbitTemplate template) {
		template.setRoutingKey(PLAIN);
		template.addBeforePublishPostProcessors((message) -> {
			message.getMessageProperties().setHeader("customized", "yes");
			return message;
		});
	}

	@Test
	void aTemplateThatTheApplicationMakesBesidesIsStock() {
		this.both.assertSame(AS_IT_IS, (context, wire) -> {
			RabbitTemplate second = new RabbitTemplate(context.getBean(ConnectionFactory.class));
			second.setReplyTimeout(200);
			second.convertAndSend(PLAIN, "second");
			String sent = wire.take();
			Object reply = second.convertSendAndReceive("", PLAIN, "unanswered");
			second.stop();
			return Arrays.asList(sent, reply, wire.take());
		});
	}

	@Test
	void anApplicationsOwnTemplatesAreAllThatThereAre() {
		this.both.assertSame((runner) -> runner.withUserConfiguration(TwoTemplates.class), (context, wire) -> {
			context.getBean(RabbitTemplate.class).convertAndSend("first");
			String first = wire.take();
			context.getBean("second", RabbitTemplate.class).convertAndSend("second");
			return List.of(context.getBeansOfType(RabbitTemplate.class).keySet(), first, wire.take());
		});
	}

	/**
	 * A message of an application.
	 *
	 * @param sku an article's number
	 * @param price its price
	 */
	record Quote(String sku, int price) {

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoTemplates {

		@Bean
		@Primary
		RabbitTemplate first(ConnectionFactory connectionFactory) {
			return template(connectionFactory);
		}

		@Bean
		RabbitTemplate second(ConnectionFactory connectionFactory) {
			return template(connectionFactory);
		}

		private static RabbitTemplate template(ConnectionFactory connectionFactory) {
			RabbitTemplate template = new RabbitTemplate(connectionFactory);
			template.setRoutingKey(PLAIN);
			return template;
		}

	}

}
