package io.rabbitrpc.connection;

import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RpcConnectionAutoConfiguration}.
 */
class RpcConnectionAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RpcConnectionAutoConfiguration.class));

	@Test
	void theConnectionsThatBootMakesHaveSocketsOfTheWriters() {
		this.runner.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class))
			.run((context) -> assertThat(
					context.getBean(CachingConnectionFactory.class).getRabbitConnectionFactory().getSocketFactory())
				.isInstanceOf(WriterSocketFactory.class));
	}

	@Test
	void anApplicationsOwnWritersTakeTheirPlace() {
		ConnectionWriters own = new ConnectionWriters();
		this.runner.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class))
			.withBean(ConnectionWriters.class, () -> own)
			.run((context) -> assertThat(context.getBean(ConnectionWriters.class)).isSameAs(own));
	}

	@Test
	void nothingIsThereWithoutBootsConnections() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ConnectionWriters.class));
	}

}
