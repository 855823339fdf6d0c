package io.rabbitrpc.server;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;

import io.rabbitrpc.RpcExchange;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a listener is held to the interface that it shares with its callers.
 */
class SharedInterfaceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcConnectionAutoConfiguration.class,
				RpcServerAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1",
				"spring.rabbitmq.listener.direct.auto-startup=false", "shop.quotes=quotes");

	private void assertRefused(Class<?> listener, String sentence) {
		this.runner.withUserConfiguration(listener)
			.run((context) -> assertThat(context).getFailure().hasMessage(sentence));
	}

	@Test
	void anotherQueueThanItsCallersSendToStopsTheStart() {
		assertRefused(OtherQueue.class, "OtherQueue.quote listens to prices, but callers of Shop.quote send to quotes");
	}

	@Test
	void aListenerMustNotTakeADeadline() {
		assertRefused(WithDeadline.class,
				"WithDeadline.slow: a listener of the container factory rpc must not take a Duration: callers"
						+ " set deadlines, in an interface of their own that extends Slow");
	}

	@Test
	void eachHandlerOfAClassIsChecked() {
		assertRefused(OfClass.class, "OfClass listens to prices, but callers of Shop.quote send to quotes");
	}

	@Test
	void headerOfAnotherNameThanItsCallersSendStopsTheStart() {
		assertRefused(OtherHeader.class,
				"OtherHeader.quote: a listener of the container factory rpc names a header who, but callers of"
						+ " Shop.quote name it customer: give the @Header there a name");
	}

	@Test
	void moreQueuesAndMoreMethodsAreAllowed() {
		this.runner.withUserConfiguration(SameQueue.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void listenerMayTakeOneShardOfTheQueueAlone() {
		this.runner.withUserConfiguration(OneShard.class).run((context) -> assertThat(context).hasNotFailed());
	}

	interface Shop {

		@RpcExchange("${shop.quotes}")
		String quote(String sku, @Header String customer);

	}

	interface Slow {

		@RpcExchange("slow")
		String slow(String sku, Duration deadline);

	}

	static class OtherQueue implements Shop {

		@Override
		@RabbitListener(queues = "prices", containerFactory = "rpc")
		public String quote(String sku, String customer) {
			return sku;
		}

	}

	@RabbitListener(queues = "prices", containerFactory = "rpc")
	static class OfClass implements Shop {

		@Override
		@RabbitHandler
		public String quote(String sku, String customer) {
			return sku;
		}

	}

	static class OtherHeader implements Shop {

		@Override
		@RabbitListener(queues = "quotes", containerFactory = "rpc")
		public String quote(String sku, String who) {
			return sku;
		}

	}

	static class WithDeadline implements Slow {

		@Override
		@RabbitListener(queues = "slow", containerFactory = "rpc")
		public String slow(String sku, Duration deadline) {
			return sku;
		}

	}

	static class SameQueue implements Shop {

		@Override
		@RabbitListener(queues = { "quotes", "old-quotes" }, containerFactory = "rpc")
		public String quote(String sku, String customer) {
			return sku;
		}

		@RabbitListener(queues = "other", containerFactory = "rpc")
		String other(String sku) {
			return sku;
		}

	}

	static class OneShard implements Shop {

		@Override
		@RabbitListener(queues = "quotes.2", containerFactory = "rpc")
		public String quote(String sku, String customer) {
			return sku;
		}

	}

}
