package io.rabbitrpc.connection;

import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.connection.inbound.InboundFilter;

/**
 * Sets up what server and client share: the sockets of the connections that Boot makes.
 */
@AutoConfiguration(after = RabbitAutoConfiguration.class)
@ConditionalOnBean(RabbitProperties.class)
public final class RpcConnectionAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	InboundFilter inboundFilter(RabbitProperties properties) {
		return new InboundFilter(properties.getMaxInboundMessageBodySize().toBytes());
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionWriters connectionWriters(InboundFilter filter) {
		AmqpClientVersion.check();
		return new ConnectionWriters(filter);
	}

	@Bean
	ConnectionFactoryCustomizer connectionWritersCustomizer(ConnectionWriters writers) {
		return writers::install;
	}

}
