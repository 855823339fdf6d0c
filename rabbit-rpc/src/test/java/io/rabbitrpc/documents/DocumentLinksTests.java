package io.rabbitrpc.documents;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that every link of a document goes to a file or a heading that exists.
 */
class DocumentLinksTests {

	static List<Document> documents() {
		return Document.all();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyLinkGoesSomewhere(Document document) {
		assertThat(document.links()).allSatisfy((link) -> {
			String name = link.replaceFirst("#.*", "");
			Path file = name.isEmpty() ? document.file()
					: Objects.requireNonNull(document.file().getParent()).resolve(name).normalize();
			assertThat(file).exists().startsWith(Document.ROOT);
			if (link.contains("#")) {
				assertThat(Document.at(file).anchors()).contains(link.replaceFirst(".*#", ""));
			}
		});
	}

	@Test
	void readmeAndContributingLeadToEveryDocument() {
		assertThat(Stream.of("README.md", "CONTRIBUTING.md")
			.map(Document::of)
			.flatMap((page) -> page.links().stream())
			.map((link) -> Document.ROOT.resolve(link.replaceFirst("#.*", ""))))
			.contains(Document.all()
				.stream()
				.map(Document::file)
				.filter((file) -> !file.endsWith("README.md"))
				.toArray(Path[]::new));
	}

}
