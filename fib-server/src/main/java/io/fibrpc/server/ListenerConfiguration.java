package io.fibrpc.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.rabbitrpc.connection.LostAddressLast;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Sets up the container that Boot makes for the listener. What
 * {@code spring.rabbitmq.listener.*} can set has its default in
 * {@code application.properties}.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ListenerConfiguration {

	// A broker that is well answers at once. One that is not must not hold up the stop,
	// as long as 30 s for each connection.
	private static final int CLOSE_MILLIS = 1000;

	// amqp-client's own pool has two threads for each processor, whatever the number of
	// consumers. While consumers take over from others there are twice as many.
	@Bean(defaultCandidate = false, destroyMethod = "shutdown")
	ExecutorService requestExecutor(CachingConnectionFactory connectionFactory, RabbitProperties properties,
			RabbitConnectionDetails details) {
		Integer consumers = properties.getListener().getDirect().getConsumersPerQueue();
		int threads = Math.max((consumers != null) ? consumers : 1, Runtime.getRuntime().availableProcessors());
		ExecutorService executor = Executors.newFixedThreadPool(2 * threads,
				new CustomizableThreadFactory("fib-server-requests-"));
		connectionFactory.setExecutor(executor);
		connectionFactory.setCloseTimeout(CLOSE_MILLIS);
		LostAddressLast.install(connectionFactory, details);
		return executor;
	}

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
