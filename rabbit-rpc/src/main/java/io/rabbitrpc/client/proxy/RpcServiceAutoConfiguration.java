package io.rabbitrpc.client.proxy;

import java.util.Objects;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcClientAutoConfiguration;

/**
 * Lets interfaces make calls by the application's {@link RpcClient}.
 */
@AutoConfiguration(after = RpcClientAutoConfiguration.class)
@ConditionalOnBean(RpcClient.class)
public final class RpcServiceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RpcServiceProxyFactory rpcServiceProxyFactory(RpcClient client, ConfigurableBeanFactory beans) {
		return new RpcServiceProxyFactory(client, (name) -> Objects.requireNonNull(beans.resolveEmbeddedValue(name)));
	}

}
