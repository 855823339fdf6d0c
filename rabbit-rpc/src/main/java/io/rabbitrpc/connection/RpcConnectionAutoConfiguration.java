package io.rabbitrpc.connection;

import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.rabbitrpc.connection.inbound.InboundFilter;

/**
 * Sets up the connections, which server and client share. They are prepared when one of
 * the two first needs them.
 */
@AutoConfiguration(after = RabbitAutoConfiguration.class)
@ConditionalOnBean(RabbitProperties.class)
@ConditionalOnSingleCandidate(ConnectionFactory.class)
public final class RpcConnectionAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	InboundFilter rpcInboundFilter(ConnectionFactory connectionFactory, RabbitProperties properties) {
		// An application's own factory may have a limit of its own
		return new InboundFilter((connectionFactory instanceof AbstractConnectionFactory several)
				? several.getRabbitConnectionFactory().params(null).getMaxInboundMessageBodySize()
				: properties.getMaxInboundMessageBodySize().toBytes());
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionWriters rpcConnectionWriters(InboundFilter filter) {
		AmqpClientVersion.check();
		return new ConnectionWriters(filter);
	}

	@Bean
	@ConditionalOnMissingBean
	RpcConnections rpcConnections(ConnectionFactory connectionFactory, ConnectionWriters writers,
			RabbitConnectionDetails details, RabbitProperties properties, Environment environment,
			ObjectProvider<SslBundles> bundles) {
		return new RpcConnections(connectionFactory, writers, details, properties, environment, bundles.getIfUnique());
	}

}
