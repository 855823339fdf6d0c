package io.fibrpc.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The server, without its web part.
 */
final class RunningServer implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RunningServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningServer start(Map<String, String> broker, String... settings) {
		List<String> arguments = new ArrayList<>(List.of(settings));
		broker.forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.add("--spring.main.keep-alive=false");
		return new RunningServer(
				new SpringApplicationBuilder(FibonacciServerApplication.class).web(WebApplicationType.NONE)
					.run(arguments.toArray(String[]::new)));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
