package io.fibrpc.server;

import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Sets up the container that Boot makes for the listener. What
 * {@code spring.rabbitmq.listener.*} can set has its default in
 * {@code application.properties}.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ListenerConfiguration {

	@Bean
	ConnectionFactoryCustomizer requestAgesCustomizer(RequestAges ages) {
		return (factory) -> factory.setTrafficListener(ages);
	}

	@Bean
	ContainerCustomizer<DirectMessageListenerContainer> directContainerCustomizer(
			RequestContainerCustomizer customizer) {
		return (container) -> {
			customizer.configure(container);
			container.setMonitorInterval(RequestContainerCustomizer.RECOVERY_INTERVAL.toMillis());
		};
	}

	@Bean
	ContainerCustomizer<SimpleMessageListenerContainer> simpleContainerCustomizer(
			RequestContainerCustomizer customizer) {
		return customizer::configure;
	}

}
