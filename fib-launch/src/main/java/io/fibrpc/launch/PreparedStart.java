package io.fibrpc.launch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.core.Ordered;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Decides whether the program starts with the beans that Spring has chosen while the
 * image was built ({@code spring.aot.enabled}). It does so only if all settings that are
 * given are known not to choose beans. Otherwise it starts as without, so that each
 * setting has its effect.
 */
final class PreparedStart implements EnvironmentPostProcessor, Ordered {

	// Conditions of Spring Boot and of ours ask for no others
	private static final List<String> SETTINGS = List.of("spring", "server", "management", "logging", "rabbitrpc",
			"fibclient", "fibserver", "debug", "trace");

	private static final List<String> CHOOSE_NOTHING = List.of("server.port", "spring.application.name",
			"spring.application.pid", "spring.application.version", "spring.rabbitmq.addresses", "spring.rabbitmq.host",
			"spring.rabbitmq.port", "spring.rabbitmq.username", "spring.rabbitmq.password",
			"spring.rabbitmq.virtual-host", "spring.lifecycle.timeout-per-shutdown-phase", "spring.aot.enabled",
			"fib.client.request-queue", "fib.server.queue-type", "fib.server.max-n", "fib.server.delay",
			"rabbit.rpc.allow-guest", "rabbit.rpc.client.deadline", "rabbit.rpc.client.no-server",
			"rabbit.rpc.client.max-in-flight", "rabbit.rpc.server.instance", "rabbit.rpc.server.prefetch",
			"rabbit.rpc.server.handler-timeout");

	private static final String OWN_FILE = "class path resource";

	private final List<String> harmless = CHOOSE_NOTHING.stream().map(PreparedStart::uniform).toList();

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (AotDetector.useGeneratedArtifacts() && !isAsBuilt(environment, application.getWebApplicationType())) {
			SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
		}
	}

	boolean isAsBuilt(ConfigurableEnvironment environment, @Nullable WebApplicationType type) {
		return type == WebApplicationType.SERVLET
				&& environment.getPropertySources().stream().allMatch(this::choosesNothing);
	}

	private boolean choosesNothing(PropertySource<?> source) {
		// Present while the image was built, too
		if (source.getName().contains(OWN_FILE) || !(source instanceof EnumerablePropertySource<?> settings)) {
			return true;
		}
		return Arrays.stream(settings.getPropertyNames())
			.map(PreparedStart::uniform)
			.allMatch((name) -> this.harmless.contains(name) || SETTINGS.stream().noneMatch(name::startsWith));
	}

	// SPRING_RABBITMQ_VIRTUALHOST, spring.rabbitmq.virtual-host and virtualHost are one
	private static String uniform(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
