package io.fibrpc.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the build in Docker gets what Maven reads there (a module that is missing
 * stops it, even one that it does not build), and how the images run the programs.
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

	@Test
	void userIsTheNumberThatTheDeploymentsName() throws IOException {
		String user = instruction("USER ([0-9]+)");
		assertThat(instruction("RUN useradd .*--uid ([0-9]+) .*")).isEqualTo(user).isNotEqualTo("0");
		for (String program : List.of("server", "client")) {
			assertThat(ROOT.resolve("deploy/kubernetes/base/%s.yaml".formatted(program))).content()
				.contains("runAsUser: %s\n".formatted(user));
		}
	}

	@Test
	void baseImagesHaveATag() throws IOException {
		List<String> stages = instructions("FROM \\S+ AS (\\S+)");
		assertThat(instructions("FROM (\\S+)(?: AS \\S+)?")).filteredOn((base) -> !stages.contains(base))
			.isNotEmpty()
			.allMatch((base) -> base.matches("[^:]+:.*[0-9].*"));
	}

	@Test
	void imagesReadNoClassFromSerialisedBytes() throws Exception {
		String filter = instruction("ENTRYPOINT .*\"(-Djdk[.]serialFilter=[^\"]+)\".*");
		assertThat(deserialise(filter)).contains("filter status: REJECTED");
		assertThat(deserialise("-Dno.filter")).isEqualTo("[30]");
	}

	private static String instruction(String regex) throws IOException {
		List<String> found = instructions(regex);
		assertThat(found).as(regex).hasSize(1);
		return found.get(0);
	}

	private static List<String> instructions(String regex) throws IOException {
		return Pattern.compile("(?m)^%s$".formatted(regex))
			.matcher(Files.readString(ROOT.resolve("Dockerfile")))
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static String deserialise(String option) throws IOException, InterruptedException {
		String classes = Path.of("target", "test-classes").toString();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), option,
				"-cp", classes, Deserialisation.class.getName())
			.redirectErrorStream(true)
			.start();
		process.getOutputStream().close();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		process.waitFor();
		return printed.strip();
	}

	/**
	 * A program that prints what it has read from a serialised list.
	 */
	public static final class Deserialisation {

		private Deserialisation() {
		}

		@SuppressWarnings("SystemOut") // Read by the test
		public static void main(String[] arguments) throws IOException, ClassNotFoundException {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
				output.writeObject(new ArrayList<>(List.of(30)));
			}
			try (ObjectInputStream input = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
				System.out.println(input.readObject());
			}
		}

	}

}
