package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the lists of components (CycloneDX): in each executable jar, and beside the
 * library. Maven makes none if it is offline.
 */
@Tag("broker")
@Tag("once")
class SbomTests {

	@RegisterExtension
	static final EmbeddedPrograms PROGRAMS = new EmbeddedPrograms();

	// Spring Boot puts it into the jar after the list was made
	private static final String TOOLS = "spring-boot-jarmode-tools-";

	private static List<String> libraries(JarFile jar) {
		return jar.stream()
			.map((entry) -> entry.getName().replaceFirst("BOOT-INF/lib/(.+[.]jar)", "$1"))
			.filter((name) -> name.endsWith(".jar") && !name.startsWith(TOOLS))
			.toList();
	}

	private static List<String> components(String sbom) {
		List<String> names = JsonPath.read(sbom, "$.components[*].name");
		List<String> versions = JsonPath.read(sbom, "$.components[*].version");
		return Stream.iterate(0, (index) -> index < names.size(), (index) -> index + 1)
			.map((index) -> "%s-%s.jar".formatted(names.get(index), versions.get(index)))
			.toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "fib-server", "fib-client", "rabbit-rpc-bench" })
	void jarNamesEachLibraryThatIsInIt(String module) throws IOException {
		try (JarFile jar = new JarFile(ExtractedJar.shipped(module))) {
			String place = jar.getManifest().getMainAttributes().getValue("Sbom-Location");
			assertThat(place).as("a list, unless Maven was offline").isEqualTo("META-INF/sbom/application.cdx.json");
			try (InputStream sbom = Objects.requireNonNull(jar.getInputStream(jar.getEntry(place)))) {
				assertThat(components(new String(sbom.readAllBytes(), StandardCharsets.UTF_8)))
					.containsAll(libraries(jar))
					.anyMatch((component) -> component.startsWith("spring-rabbit-4."))
					.anyMatch((component) -> component.startsWith("amqp-client-5."));
			}
		}
	}

	@Test
	void libraryHasTheVersionsOfThePrograms() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("..", "..", "rabbit-rpc", "target"));
				JarFile jar = new JarFile(ExtractedJar.shipped("fib-server"))) {
			Path sbom = files.filter((file) -> file.toString().endsWith("-cyclonedx.json")).findFirst().orElseThrow();
			assertThat(components(Files.readString(sbom))).containsAll(
					libraries(jar).stream().filter((name) -> name.matches("(spring-rabbit|amqp-client)-.*")).toList());
		}
	}

	@Test
	void actuatorShowsItOnlyWhereItIsToldTo() {
		assertThat(PROGRAMS.server().status("/actuator/sbom/application")).isEqualTo(404);
		Program server = PROGRAMS.server("--management.endpoints.web.exposure.include=health,sbom");
		assertThat(components(server.get("/actuator/sbom/application")))
			.anyMatch((component) -> component.startsWith("amqp-client-5."));
	}

}
