package io.rabbitrpc;

import io.fibrpc.testbroker.VirtualHost;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes applications on the broker of a test.
 */
public final class TestApplications {

	private TestApplications() {
	}

	/**
	 * Runs an application that has no web server.
	 * @param application its configuration
	 * @param host the virtual host that it uses
	 * @param settings more settings, as {@code name=value}
	 * @return the application
	 */
	public static ConfigurableApplicationContext run(Class<?> application, VirtualHost host, String... settings) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties(settings(host))
			.properties(settings)
			.run();
	}

	/**
	 * Prepares an application that has only auto-configurations.
	 * @param host the virtual host that it uses
	 * @param configurations the auto-configurations
	 * @return makes the application
	 */
	public static ApplicationContextRunner runner(VirtualHost host, Class<?>... configurations) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(configurations))
			.withPropertyValues(settings(host));
	}

	private static String[] settings(VirtualHost host) {
		return host.springProperties()
			.entrySet()
			.stream()
			.map((setting) -> setting.getKey() + "=" + setting.getValue())
			.toArray(String[]::new);
	}

}
