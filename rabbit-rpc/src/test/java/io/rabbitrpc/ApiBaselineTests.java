package io.rabbitrpc;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the settings stay as promised. japicmp compares the types.
 * {@code scripts/release --baseline} writes the baseline.
 */
class ApiBaselineTests {

	private static final File BASELINE = Path.of("..", "config", "api", "rabbit-rpc.jar").toFile();

	private static final Pattern TYPE = Pattern.compile("<include>(io[.]rabbitrpc[^<]*)</include>");

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	@Test
	void baselineHoldsEachTypeThatApplicationsMayUse() throws IOException {
		try (JarFile jar = new JarFile(BASELINE)) {
			assertThat(jar.stream()
				.map(ZipEntry::getName)
				.filter((name) -> name.endsWith(".class") && !name.contains("$"))
				.map((name) -> name.replace(".class", "").replace('/', '.')))
				.containsExactlyInAnyOrderElementsOf(TYPE.matcher(Files.readString(Path.of("pom.xml")))
					.results()
					.map((type) -> type.group(1))
					.toList());
		}
	}

	@Test
	void settingsOfTheBaselineHaveTheirNamesAndTypes() throws IOException {
		try (JarFile jar = new JarFile(BASELINE);
				InputStream promised = jar.getInputStream(jar.getEntry(METADATA));
				InputStream compiled = Files.newInputStream(Path.of("target", "classes").resolve(METADATA))) {
			assertThat(settings(compiled)).containsAllEntriesOf(settings(promised));
		}
	}

	private static Map<String, String> settings(InputStream metadata) {
		Map<String, String> settings = new TreeMap<>();
		for (JsonNode property : JsonMapper.shared().readTree(metadata).get("properties")) {
			settings.put(property.get("name").asString(), property.get("type").asString());
		}
		assertThat(settings).isNotEmpty();
		return settings;
	}

}
