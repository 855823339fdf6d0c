package io.rabbitrpc.client;

import java.util.Map;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Makes settings, with the defaults that users get.
 */
final class TestProperties {

	private TestProperties() {
	}

	static RpcClientProperties of(Map<String, Object> settings) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		settings.forEach((name, value) -> source.put(RpcClientProperties.PREFIX + "." + name, value));
		return new Binder(source).bindOrCreate(RpcClientProperties.PREFIX, RpcClientProperties.class);
	}

}
