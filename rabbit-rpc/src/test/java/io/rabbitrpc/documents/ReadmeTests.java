package io.rabbitrpc.documents;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the README is short, that the Chinese one has the same contents, and that
 * the files and settings in commands of documents exist.
 */
class ReadmeTests {

	private static final int MOST_LINES = 130;

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	private static final Pattern SCRIPT = Pattern.compile("\\bscripts/(\\w+)((?: --[\\w-]+)*)");

	private static final Pattern OPTION = Pattern.compile("--[\\w-]+");

	private static final Pattern SETTING = Pattern.compile("--((?:rabbit\\.rpc|fib\\.(?:client|server))\\.[a-z.-]+)=");

	private final Document english = Document.of("README.md");

	private final Document chinese = Document.of("README.zh-CN.md");

	static List<Document> documents() {
		return Document.all();
	}

	@Test
	void bothAreTwoScreens() {
		assertThat(this.english.text().lines().count()).isLessThanOrEqualTo(MOST_LINES);
		assertThat(this.chinese.text().lines().count()).isLessThanOrEqualTo(MOST_LINES);
	}

	@Test
	void bothHaveTheSameHeadings() {
		assertThat(this.chinese.headingLevels()).isEqualTo(this.english.headingLevels());
	}

	@Test
	void bothHaveTheSameLinks() {
		assertThat(this.english.links()).contains("README.zh-CN.md");
		assertThat(this.chinese.links()).contains("README.md");
		assertThat(targets(this.chinese)).containsExactlyInAnyOrderElementsOf(targets(this.english));
	}

	@Test
	void bothShowTheSameCommandsAndCode() {
		assertThat(this.english.blocks("")).isNotEmpty().isEqualTo(this.chinese.blocks(""));
		assertThat(this.english.blocks("java")).isNotEmpty().isEqualTo(this.chinese.blocks("java"));
		assertThat(this.chinese.blocks("mermaid")).hasSameSizeAs(this.english.blocks("mermaid"));
	}

	@Test
	void bothNameTheSameCommandsSettingsAndClasses() {
		assertThat(code(this.chinese)).containsExactlyInAnyOrderElementsOf(code(this.english));
	}

	@ParameterizedTest
	@MethodSource("documents")
	void scriptsAndTheirOptionsExist(Document document) {
		assertThat(SCRIPT.matcher(document.text()).results()).allSatisfy((command) -> {
			String script = Files.readString(Document.ROOT.resolve("scripts").resolve(command.group(1)));
			assertThat(OPTION.matcher(command.group(2)).results())
				.allSatisfy((option) -> assertThat(script).contains(option.group()));
		});
	}

	@ParameterizedTest
	@MethodSource("documents")
	void settingsThatAreGivenAsArgumentsExist(Document document) {
		String settings = Document.of("docs/settings.md").text();
		assertThat(SETTING.matcher(document.text()).results())
			.allSatisfy((setting) -> assertThat(settings).contains("| `" + setting.group(1) + "` |"));
	}

	// Except the links from one to the other
	private static List<String> targets(Document document) {
		return document.links().stream().filter((link) -> !link.startsWith("README")).toList();
	}

	private static List<String> code(Document document) {
		String text = document.text().replaceAll("(?ms)^```.*?^```$", "");
		return CODE.matcher(text).results().map((code) -> code.group(1)).toList();
	}

}
