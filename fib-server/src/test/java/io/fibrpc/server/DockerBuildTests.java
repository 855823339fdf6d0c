package io.fibrpc.server;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the build in Docker gets what Maven reads there: a module that is missing
 * stops it, even one that it does not build.
 */
class DockerBuildTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

	@Test
	void everyModuleIsLetIn() throws IOException {
		List<PathMatcher> letIn = Files.readAllLines(ROOT.resolve(".dockerignore"))
			.stream()
			.filter((line) -> line.startsWith("!"))
			.map((line) -> FileSystems.getDefault().getPathMatcher("glob:" + line.substring(1)))
			.toList();
		List<Path> poms = MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")))
			.results()
			.map((module) -> Path.of(module.group(1), "pom.xml"))
			.toList();
		assertThat(poms).isNotEmpty()
			.allSatisfy((pom) -> assertThat(letIn).anyMatch((matcher) -> matcher.matches(pom)));
	}

}
