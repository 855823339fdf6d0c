package io.rabbitrpc;

import org.junit.jupiter.api.Test;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application starts even if Boot must not connect to RabbitMQ.
 */
class WithoutRabbitTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner();

	@Test
	void anApplicationThatExcludesBootsAutoConfigurationHasNoneOfOurs() {
		this.runner.withUserConfiguration(Excluding.class).run(WithoutRabbitTests::assertStarted);
	}

	@Test
	void anApplicationThatExcludesItByASettingHasNoneOfOurs() {
		this.runner.withUserConfiguration(Application.class)
			.withPropertyValues("spring.autoconfigure.exclude=" + RabbitAutoConfiguration.class.getName())
			.run(WithoutRabbitTests::assertStarted);
	}

	@Test
	void anApplicationThatExcludesNothingHasBothSides() {
		this.runner.withUserConfiguration(Application.class)
			.withPropertyValues("spring.rabbitmq.addresses=localhost:1")
			.run((context) -> assertThat(context).hasNotFailed().hasBean("rpcClient").hasBean("rpc"));
	}

	private static void assertStarted(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed()
			.doesNotHaveBean("rpcClient")
			.doesNotHaveBean("rpc")
			.doesNotHaveBean("rabbitTemplate");
	}

	@EnableAutoConfiguration(exclude = RabbitAutoConfiguration.class)
	static class Excluding {

	}

	@EnableAutoConfiguration
	static class Application {

	}

}
