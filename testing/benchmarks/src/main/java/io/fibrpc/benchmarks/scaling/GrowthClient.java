package io.fibrpc.benchmarks.scaling;

import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SimpleMessageConverter;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Makes calls with bytes.
 */
@EnableAutoConfiguration
class GrowthClient {

	@Bean
	static MessageConverter bytes() {
		return new SimpleMessageConverter();
	}

}
