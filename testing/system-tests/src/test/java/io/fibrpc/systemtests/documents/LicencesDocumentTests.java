package io.fibrpc.systemtests.documents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code docs/licences.md} names each library in the executable jars under its
 * licence. With {@code -Dfib.licences.write=true} they write it.
 */
@Tag("once")
class LicencesDocumentTests {

	private static final Path ROOT = Path.of("..", "..");

	private static final Path DOCUMENT = ROOT.resolve("docs").resolve("licences.md");

	private static final List<String> PROGRAMS = List.of("fib-server", "fib-client", "rabbit-rpc-bench");

	// CycloneDX keeps names of POMs that are not in SPDX's list. "The BSD License" it
	// takes for the one with four clauses:
	// JLine's POM has that name, and the address of the one with three.
	private static final Map<String, String> SPDX = Map.of("AL 2.0", "Apache-2.0", "GPL v2", "GPL-2.0-only",
			"BSD-4-Clause", "BSD-3-Clause", "GPL-2.0-with-classpath-exception",
			"GPL-2.0-only WITH Classpath-exception-2.0");

	// One of them suffices: whoever gets a library may choose among its licences
	private static final Set<String> ACCEPTED = Set.of("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0", "MIT");

	private static final String HEAD = """
			# Licences

			The project's own code has the [Apache License 2.0](../LICENSE). These are the libraries in the executable jars `fib-server.jar`,
			`fib-client.jar` and `rabbit-rpc-bench.jar`, by their licences ([names of SPDX](https://spdx.org/licenses/)). Where POMs name several,
			they seldom say how: as a rule you may choose. Versions stand in `META-INF/sbom/application.cdx.json` of each jar.

			This page is generated from these files, and a test holds it to them: it fails for a new library, and for a licence that nobody
			has accepted yet. To write it again:

			    mvn -pl testing/system-tests -am verify -Dit.test=LicencesDocumentTests -Dfib.licences.write=true \\
			        -Dfailsafe.failIfNoSpecifiedTests=false
			""";

	@Test
	void documentNamesEachLibraryInTheJars() throws IOException {
		if (Boolean.getBoolean("fib.licences.write")) {
			Files.writeString(DOCUMENT, document());
		}
		assertThat(DOCUMENT).content().isEqualTo(document());
	}

	@Test
	void eachLibraryHasALicenceThatIsAccepted() throws IOException {
		assertThat(libraries()).isNotEmpty()
			.allSatisfy((library, licences) -> assertThat(licences).as(library).containsAnyElementsOf(ACCEPTED));
	}

	private static String document() throws IOException {
		Map<String, Map<String, Set<String>>> groups = new TreeMap<>();
		libraries().forEach((library, licences) -> groups
			.computeIfAbsent(String.join(" or ", licences), (licence) -> new TreeMap<>())
			.computeIfAbsent(library.replaceFirst(":.*", ""), (group) -> new TreeSet<>())
			.add(library.replaceFirst(".*:", "")));
		StringBuilder text = new StringBuilder(HEAD);
		groups.forEach((licence, byGroup) -> {
			text.append("\n## %s\n\n".formatted(licence));
			byGroup.forEach((group, names) -> text.append("- `%s`: %s\n".formatted(group, String.join(", ", names))));
		});
		return text.toString();
	}

	private static Map<String, Set<String>> libraries() throws IOException {
		Map<String, Set<String>> libraries = new TreeMap<>();
		// In each jar, and in no list, because Spring Boot adds it at the end
		libraries.put("org.springframework.boot:spring-boot-jarmode-tools", Set.of("Apache-2.0"));
		for (String program : PROGRAMS) {
			List<Map<String, Object>> components = JsonPath.read(sbom(program), "$.components");
			components.stream()
				.filter((component) -> !String.valueOf(component.get("group")).matches("io[.](fibrpc|rabbitrpc)"))
				.forEach((component) -> libraries.put("%s:%s".formatted(component.get("group"), component.get("name")),
						licences(component)));
		}
		return libraries;
	}

	private static Set<String> licences(Map<String, Object> component) {
		List<Map<String, Object>> licences = JsonPath.read(component, "$.licenses");
		return licences.stream()
			.flatMap((licence) -> Stream.of(licence.get("expression"), at(licence, "id"), at(licence, "name")))
			.filter(Objects::nonNull)
			.map((name) -> SPDX.getOrDefault(name.toString(), name.toString()))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static @Nullable Object at(Map<String, Object> licence, String key) {
		return (licence.get("license") instanceof Map<?, ?> named) ? named.get(key) : null;
	}

	private static String sbom(String program) throws IOException {
		Path file = ROOT.resolve("%s/target/%1$s.jar".formatted(program));
		try (JarFile jar = new JarFile(file.toFile());
				InputStream sbom = jar.getInputStream(Objects.requireNonNull(
						jar.getEntry("META-INF/sbom/application.cdx.json"), "a list, unless Maven was offline"))) {
			return new String(sbom.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
