package io.fibrpc.launch;

import java.util.Map;
import java.util.TreeMap;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Stops the start if a setting is given by a name that it no longer has. Otherwise the
 * setting would be ignored.
 */
final class RenamedSettings implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	private static final Map<String, String> NEW_NAMES = new TreeMap<>(Map.of( //
			"fib.client.reply-mode", "rabbit.rpc.client.reply-mode", //
			"fib.client.deadline", "rabbit.rpc.client.deadline", //
			"fib.client.no-server", "rabbit.rpc.client.no-server", //
			"fib.client.max-in-flight", "rabbit.rpc.client.max-in-flight", //
			"fib.client.retry.max-attempts", "rabbit.rpc.client.retry.max-attempts", //
			"fib.client.retry.backoff", "rabbit.rpc.client.retry.backoff", //
			"fib.server.instance", "rabbit.rpc.server.instance", //
			"fib.server.prefetch", "rabbit.rpc.server.prefetch", //
			"fib.server.dead-letters.max-length", "rabbit.rpc.server.dead-letters.max-length", //
			"fib.server.dead-letters.max-age", "rabbit.rpc.server.dead-letters.max-age"));

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		NEW_NAMES.forEach((oldName, newName) -> {
			if (isSet(context.getEnvironment(), ConfigurationPropertyName.of(oldName))) {
				throw new RenamedSettingException("%s is now %s".formatted(oldName, newName));
			}
		});
	}

	private static boolean isSet(Environment environment, ConfigurationPropertyName name) {
		for (var source : ConfigurationPropertySources.get(environment)) {
			if (source.getConfigurationProperty(name) != null) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Says that a setting is given by its old name.
	 */
	static final class RenamedSettingException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		RenamedSettingException(String message) {
			super(message);
		}

	}

}
