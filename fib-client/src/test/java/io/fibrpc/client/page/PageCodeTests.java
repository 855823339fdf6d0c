package io.fibrpc.client.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the lines of code that the page shows stand in the code.
 */
class PageCodeTests {

	private static final Pattern LINE = Pattern.compile("\\['([^']+\\.java)',\\s+'([^']+)',");

	@Test
	void linesOfCodeStandInTheirFiles() throws IOException {
		String script = Files.readString(Path.of("src", "main", "resources", "page", "assets", "call.js"));
		List<MatchResult> shown = LINE.matcher(script).results().toList();
		assertThat(shown).hasSize(5).allSatisfy((line) -> {
			List<String> code = Files.readAllLines(Path.of("..").resolve(line.group(1)));
			assertThat(code).map(String::strip).containsOnlyOnce(line.group(2));
		});
	}

}
