package io.fibrpc.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;

import io.fibrpc.testbroker.VirtualHost;

/**
 * The server, without its web part, on the broker of a test.
 */
final class RunningServer implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RunningServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningServer start(VirtualHost virtualHost, String... settings) {
		return start(virtualHost.springProperties(), List.of(), settings);
	}

	static RunningServer start(Map<String, String> broker, List<Class<?>> moreConfiguration, String... settings) {
		List<String> arguments = new ArrayList<>(List.of(settings));
		broker.forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.add("--spring.main.keep-alive=false");
		List<Class<?>> sources = new ArrayList<>(moreConfiguration);
		sources.add(FibonacciServerApplication.class);
		return new RunningServer(
				new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.NONE)
					.run(arguments.toArray(String[]::new)));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	static Health health(RunningServer server) {
		HealthIndicator indicator = server.context.getBean("rpcListenersHealthIndicator", HealthIndicator.class);
		return Objects.requireNonNull(indicator.health());
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
