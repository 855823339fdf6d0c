package io.rabbitrpc;

import java.util.List;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Tests that the library does not change listeners that do not name the container factory
 * {@code rpc}.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class StockListenerTests {

	private final TwoApplications both = new TwoApplications();

	@AfterAll
	void close() {
		this.both.close();
	}

	private static UnaryOperator<ApplicationContextRunner> listener(Class<?> listener, String... settings) {
		return (runner) -> runner.withUserConfiguration(listener).withPropertyValues(settings);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "requeued", "rejected" })
	void aMessageIsAnsweredComesAgainOrIsRejected(String text) {
		this.both.assertSame(listener(Answering.class), (context, wire) -> {
			wire.send(TwoApplications.LISTENED, text);
			return List.of(wire.take());
		});
	}

	@ParameterizedTest
	@CsvSource({ "simple.default-requeue-rejected=false,requeued", "simple.retry.enabled=true,requeued",
			"type=direct,requeued" })
	void theSettingsOfListenersActAsWithoutIt(String setting, String text) {
		this.both.assertSame(listener(Answering.class, "spring.rabbitmq.listener." + setting,
				"spring.rabbitmq.listener.simple.retry.initial-interval=10ms"), (context, wire) -> {
					wire.send(TwoApplications.LISTENED, text);
					return List.of(wire.take());
				});
	}

	@Test
	void aResultGoesWhereTheListenerSays() {
		this.both.assertSame(listener(Forwarding.class), (context, wire) -> {
			wire.send(TwoApplications.LISTENED, "text");
			return List.of(wire.take());
		});
	}

	@Test
	void aTemplateOfTheApplicationsCallsItAsWithoutIt() {
		this.both.assertSame(listener(Answering.class), (context, wire) -> {
			RabbitTemplate second = new RabbitTemplate(context.getBean(ConnectionFactory.class));
			Object reply = second.convertSendAndReceive("", TwoApplications.LISTENED, "text");
			second.stop();
			return List.of(String.valueOf(reply));
		});
	}

	static class Answering {

		@RabbitListener(queues = TwoApplications.LISTENED)
		Object answer(@Payload Object payload, @Header(AmqpHeaders.REDELIVERED) boolean again) {
			if (payload.equals("requeued") && !again) {
				throw new IllegalStateException("not the first time");
			}
			if (payload.equals("rejected")) {
				throw new AmqpRejectAndDontRequeueException("never");
			}
			return payload + "!";
		}

	}

	static class Forwarding {

		@RabbitListener(queues = TwoApplications.LISTENED)
		@SendTo(TwoApplications.PLAIN)
		String forward(String text) {
			return "forwarded " + text;
		}

	}

}
