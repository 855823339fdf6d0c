package io.rabbitrpc;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what an IDE shows of the settings.
 */
class SettingsMetadataTests {

	@Test
	void everySettingHasADescriptionAndADefaultValue() throws IOException {
		assertThat(settings()).containsKeys("rabbit.rpc.client.reply-mode", "rabbit.rpc.server.prefetch")
			.allSatisfy((name, setting) -> assertThat(setting.propertyNames()).contains("description", "defaultValue"));
	}

	// Other jars have such a file, too
	private static Map<String, JsonNode> settings() throws IOException {
		Map<String, JsonNode> settings = new TreeMap<>();
		for (URL url : Collections.list(SettingsMetadataTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream file = url.openStream()) {
				new JsonMapper().readTree(file).path("properties").forEach((setting) -> {
					String name = setting.path("name").asString();
					if (name.startsWith("rabbit.rpc.")) {
						settings.put(name, setting);
					}
				});
			}
		}
		return settings;
	}

}
