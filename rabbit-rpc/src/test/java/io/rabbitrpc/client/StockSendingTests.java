package io.rabbitrpc.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.ReturnedMessage;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.transaction.RabbitTransactionManager;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.support.TransactionTemplate;

import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that what is not a call does with the library exactly what it does without.
 */
@Tag("broker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockSendingTests {

	private static final String QUEUE = "plain";

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final ApplicationContextRunner stock = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class))
		.withPropertyValues(this.host.springProperties()
			.entrySet()
			.stream()
			.map((setting) -> setting.getKey() + "=" + setting.getValue())
			.toArray(String[]::new));

	private final ApplicationContextRunner ours = this.stock.withConfiguration(
			AutoConfigurations.of(RpcClientAutoConfiguration.class, RpcConnectionAutoConfiguration.class));

	@AfterAll
	void close() {
		this.host.close();
	}

	@ParameterizedTest
	@EnumSource
	void whatIsSentIsTheSame(Sending sending) {
		assertThat(sent(this.ours, sending)).isEqualTo(sent(this.stock, sending));
	}

	private String sent(ApplicationContextRunner runner, Sending sending) {
		AtomicReference<String> sent = new AtomicReference<>();
		runner.run((context) -> {
			try (Connection connection = this.host.connect(); Channel channel = connection.createChannel()) {
				channel.queueDeclare(QUEUE, false, false, false, Map.of("x-max-priority", 9));
				sending.send(context.getBean(RabbitTemplate.class));
				sent.set(take(channel));
				channel.queueDelete(QUEUE);
			}
		});
		return Objects.requireNonNull(sent.get());
	}

	private static String take(Channel channel) {
		AtomicReference<GetResponse> taken = new AtomicReference<>();
		await().until(() -> {
			taken.set(channel.basicGet(QUEUE, true));
			return taken.get() != null;
		});
		GetResponse message = Objects.requireNonNull(taken.get());
		return message.getEnvelope() + " " + message.getProps() + " "
				+ new String(message.getBody(), StandardCharsets.UTF_8);
	}

	@Test
	void whatCannotBeRoutedIsLostInSilenceAsWithoutIt() {
		this.ours.run((context) -> context.getBean(RabbitTemplate.class).convertAndSend("", "no_such_queue", "lost"));
	}

	@Test
	void returnsAndConfirmsComeAsWithoutIt() {
		this.ours
			.withPropertyValues("spring.rabbitmq.publisher-returns=true",
					"spring.rabbitmq.publisher-confirm-type=correlated")
			.run((context) -> {
				AtomicReference<ReturnedMessage> returned = new AtomicReference<>();
				RabbitTemplate template = context.getBean(RabbitTemplate.class);
				template.setReturnsCallback(returned::set);
				CorrelationData correlation = new CorrelationData("one");
				template.convertAndSend("", "no_such_queue", "back", correlation);
				assertThat(correlation.getFuture().get(10, TimeUnit.SECONDS).ack()).isTrue();
				// Spring calls the callback on another thread than the one that completes
				// the future
				await().untilAsserted(() -> assertThat(returned.get()).isNotNull()
					.extracting(ReturnedMessage::getRoutingKey)
					.isEqualTo("no_such_queue"));
			});
	}

	@Test
	void whatATransactionSendsIsRolledBack() throws IOException, TimeoutException {
		try (Connection connection = this.host.connect(); Channel channel = connection.createChannel()) {
			channel.queueDeclare("transacted", false, false, false, Map.of());
			this.ours.run((context) -> {
				RabbitTemplate template = context.getBean(RabbitTemplate.class);
				template.setChannelTransacted(true);
				TransactionTemplate transaction = new TransactionTemplate(
						new RabbitTransactionManager(template.getConnectionFactory()));
				transaction.executeWithoutResult((status) -> {
					template.convertAndSend("transacted", "one");
					status.setRollbackOnly();
				});
				transaction.executeWithoutResult((status) -> template.convertAndSend("transacted", "two"));
				assertThat(template.receiveAndConvert("transacted", 5_000)).isEqualTo("two");
				assertThat(template.receiveAndConvert("transacted")).isNull();
			});
		}
	}

	private enum Sending {

		CONVERTED_TEXT {

			@Override
			void send(RabbitTemplate template) {
				template.convertAndSend(QUEUE, "text");
			}

		},

		CONVERTED_OBJECT {

			@Override
			void send(RabbitTemplate template) {
				template.convertAndSend(QUEUE, 30);
			}

		},

		POST_PROCESSED {

			@Override
			void send(RabbitTemplate template) {
				template.convertAndSend("", QUEUE, "text", (message) -> {
					MessageProperties properties = message.getMessageProperties();
					properties.setPriority(5);
					properties.setExpiration("60000");
					properties.setReplyTo("elsewhere");
					properties.setCorrelationId("mine");
					return message;
				});
			}

		},

		MESSAGE {

			@Override
			void send(RabbitTemplate template) {
				template.send(QUEUE, MessageBuilder.withBody(new byte[] { 1, 2 }).setHeader("mine", true).build());
			}

		},

		MANDATORY {

			@Override
			void send(RabbitTemplate template) {
				template.setMandatory(true);
				template.convertAndSend(QUEUE, "text");
			}

		};

		abstract void send(RabbitTemplate template);

	}

}
