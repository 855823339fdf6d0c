package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the jars hold nothing of when and where they were built, so that whoever
 * builds the same sources with the same JDK gets the same bytes.
 */
@Tag("once")
class ReproducibleJarTests {

	private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

	private static Stream<Path> jars() throws IOException {
		try (Stream<Path> library = Files.list(ROOT.resolve("rabbit-rpc/target"))) {
			return Stream
				.concat(Stream.of("fib-server", "fib-client", "rabbit-rpc-bench")
					.map((module) -> ROOT.resolve("%s/target/%1$s.jar".formatted(module))),
						library.filter((file) -> file.toString().matches(".*[0-9](-sources)?[.]jar")))
				.toList()
				.stream();
		}
	}

	private static LocalDateTime timeOfTheBuild() throws IOException {
		Matcher property = Pattern.compile("<project.build.outputTimestamp>(.*)</")
			.matcher(Files.readString(ROOT.resolve("pom.xml")));
		assertThat(property.find()).isTrue();
		return ZonedDateTime.parse(property.group(1)).withZoneSameInstant(ZoneOffset.UTC).toLocalDateTime();
	}

	@ParameterizedTest
	@MethodSource("jars")
	void jarHoldsNothingOfWhenAndWhereItWasBuilt(Path file) throws IOException {
		LocalDateTime time = timeOfTheBuild();
		try (JarFile jar = new JarFile(file.toFile())) {
			assertThat(jar.stream())
				.allSatisfy((entry) -> assertThat(entry.getTimeLocal()).as(entry.getName()).isEqualTo(time))
				.filteredOn((entry) -> entry.getName().matches(".*[.](MF|json|properties|idx)"))
				.isNotEmpty()
				.allSatisfy((entry) -> assertThat(text(jar, entry)).as(entry.getName())
					.doesNotContain(ROOT.toString(), "\"timestamp\"", "Built-By", "Build-Time"));
		}
	}

	private static String text(JarFile jar, JarEntry entry) throws IOException {
		try (InputStream content = jar.getInputStream(entry)) {
			return new String(content.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
