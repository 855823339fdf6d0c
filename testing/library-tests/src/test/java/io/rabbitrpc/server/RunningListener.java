package io.rabbitrpc.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SimpleMessageConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * An application with one listener, which doubles numbers, on the broker of a test.
 */
final class RunningListener implements AutoCloseable {

	static final String QUEUE = "work";

	private final ConfigurableApplicationContext context;

	private RunningListener(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningListener start(VirtualHost virtualHost, String... settings) {
		return start(virtualHost.springProperties(), List.of(), settings);
	}

	static RunningListener start(Map<String, String> broker, List<Class<?>> moreConfiguration, String... settings) {
		List<String> arguments = new ArrayList<>(List.of(settings));
		broker.forEach((name, value) -> arguments.add("--" + name + "=" + value));
		if (!broker.containsKey("spring.rabbitmq.requested-heartbeat")) {
			arguments.add("--spring.rabbitmq.requested-heartbeat=10s");
		}
		arguments.addAll(List.of("--rabbit.rpc.client.enabled=false", "--spring.rabbitmq.connection-timeout=5s",
				"--spring.rabbitmq.channel-rpc-timeout=10s"));
		List<Class<?>> sources = new ArrayList<>(moreConfiguration);
		sources.add(Application.class);
		return new RunningListener(
				new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.NONE)
					.run(arguments.toArray(String[]::new)));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	static Health health(RunningListener listener) {
		HealthIndicator indicator = listener.context.getBean("rpcListenersHealthIndicator", HealthIndicator.class);
		return Objects.requireNonNull(indicator.health());
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	int runs() {
		return bean(Doubler.class).runs.get();
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The listener, its queue, and somebody to count for.
	 */
	@EnableAutoConfiguration
	@Import(Doubler.class)
	static class Application {

		@Bean
		Queue work() {
			return QueueBuilder.durable(QUEUE).quorum().build();
		}

		// Takes bytes without a content type
		@Bean
		MessageConverter bytes() {
			return new SimpleMessageConverter();
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		// As Boot's auto-configuration of metrics does
		@Bean
		SmartInitializingSingleton boundMeters(MeterRegistry registry, ObjectProvider<MeterBinder> binders) {
			return () -> binders.orderedStream().forEach((binder) -> binder.bindTo(registry));
		}

	}

	/**
	 * Doubles a number, after a delay that a test may set.
	 */
	static final class Doubler {

		private final AtomicInteger runs = new AtomicInteger();

		private final Duration delay;

		Doubler(Environment environment) {
			this.delay = environment.getProperty("delay", Duration.class, Duration.ZERO);
		}

		@RabbitListener(queues = QUEUE, containerFactory = "rpc")
		String twice(byte[] body) throws InterruptedException {
			this.runs.incrementAndGet();
			if (!this.delay.isZero()) {
				Thread.sleep(this.delay.toMillis());
			}
			try {
				return String.valueOf(2 * Integer.parseInt(new String(body, StandardCharsets.US_ASCII)));
			}
			catch (NumberFormatException ex) {
				throw new RpcException(RpcStatus.INVALID_ARGUMENT, "this is no number", false, ex);
			}
		}

	}

}
