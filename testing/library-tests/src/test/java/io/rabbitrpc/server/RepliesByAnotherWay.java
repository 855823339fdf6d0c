package io.rabbitrpc.server;

import java.util.Objects;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Makes the connection of the replies use the port {@value #PORT} of this machine, such
 * as a proxy's. The connection of the requests stays as it is.
 */
@Configuration(proxyBeanMethods = false)
class RepliesByAnotherWay {

	/** The setting that has the port. */
	static final String PORT = "replies-port";

	@Bean
	static BeanPostProcessor anotherWay(Environment environment) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				if (bean instanceof CachingConnectionFactory factory) {
					CachingConnectionFactory publishers = (CachingConnectionFactory) Objects
						.requireNonNull(factory.getPublisherConnectionFactory());
					publishers.setAddresses("127.0.0.1:" + environment.getRequiredProperty(PORT));
				}
				return bean;
			}

		};
	}

}
