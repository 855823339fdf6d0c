package io.rabbitrpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code docs/use-it.md} and the READMEs show the code of the project in
 * {@code testing/adopter}.
 */
class UseItDocumentTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "use-it.md");

	private static final Path ADOPTER = Path.of("..", "testing", "adopter");

	private static final Pattern BLOCK = Pattern.compile("```(java|xml|properties)\n(.*?)```", Pattern.DOTALL);

	@Test
	void documentShowsEachFileOfBothPrograms() throws IOException {
		String document = Files.readString(DOCUMENT);
		assertThat(files("src/main")).isNotEmpty()
			.allSatisfy((file) -> assertThat(document).contains("\n" + read(file) + "```\n"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "docs/use-it.md", "README.md", "README.zh-CN.md" })
	void everyBlockOfTheDocumentIsCodeOfTheProject(String document) throws IOException {
		List<String> code = Stream.of("pom.xml", "src")
			.flatMap((name) -> files(name).stream())
			.map((file) -> unindented(read(file)))
			.toList();
		List<MatchResult> blocks = BLOCK.matcher(Files.readString(Path.of("..", document))).results().toList();
		assertThat(blocks).isNotEmpty()
			.allSatisfy((block) -> assertThat(code)
				.anySatisfy((file) -> assertThat(file).contains(unindented(block.group(2)))));
	}

	// The client has each call twice, to show both ways
	@ParameterizedTest
	@ValueSource(strings = { "Shop.java", "ShopService.java" })
	void bothProgramsTogetherHaveAtMost120LinesOfJavaInEitherWay(String theOtherWay) {
		long lines = files("src/main").stream()
			.filter((file) -> file.toString().endsWith(".java") && !file.endsWith(theOtherWay))
			.mapToLong((file) -> read(file).lines().count())
			.sum();
		assertThat(lines).isBetween(1L, 120L);
	}

	private static List<Path> files(String name) {
		try (Stream<Path> found = Files.walk(ADOPTER.resolve(name))) {
			return found.filter(Files::isRegularFile).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String unindented(String text) {
		return text.replaceAll("(?m)^\t+", "");
	}

}
