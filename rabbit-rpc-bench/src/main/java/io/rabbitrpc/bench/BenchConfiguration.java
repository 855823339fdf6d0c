package io.rabbitrpc.bench;

import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.rabbitrpc.bench.call.RequestFormat;
import io.rabbitrpc.bench.call.RequestMessageConverter;

/**
 * Says how the measured calls are made.
 */
@Configuration(proxyBeanMethods = false)
class BenchConfiguration {

	// Names the connection, so that operators recognise it at the broker
	@Bean
	ConnectionNameStrategy connectionNameStrategy() {
		return (factory) -> "rabbit-rpc-bench";
	}

	@Bean
	RequestMessageConverter messageConverter(RequestFormat format) {
		return new RequestMessageConverter(format);
	}

}
