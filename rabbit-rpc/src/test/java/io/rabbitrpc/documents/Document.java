package io.rabbitrpc.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A document in Markdown, with the parts that tests need.
 *
 * @param file its file
 * @param text its text
 */
record Document(Path file, String text) {

	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");

	private static final Pattern HEADING = Pattern.compile("(?m)^(#+) (.+)$");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	static Document at(Path file) {
		try {
			return new Document(file, Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Document of(String name) {
		return at(ROOT.resolve(name));
	}

	static List<Document> all() {
		try (Stream<Path> documents = Files.list(ROOT.resolve("docs")); Stream<Path> others = Files.list(ROOT)) {
			return Stream.concat(others, documents)
				.filter((file) -> file.toString().endsWith(".md"))
				.sorted()
				.map(Document::at)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The code blocks.
	 * @param language the word after the first fence, possibly none
	 * @return the text of each such block
	 */
	List<String> blocks(String language) {
		return BLOCK.matcher(this.text)
			.results()
			.filter((block) -> block.group(1).equals(language))
			.map((block) -> block.group(2))
			.toList();
	}

	/**
	 * The targets of all links within the project.
	 * @return them in their order
	 */
	List<String> links() {
		String withoutCode = BLOCK.matcher(this.text).replaceAll("").replaceAll("`[^`\n]*`", "``");
		return LINK.matcher(withoutCode)
			.results()
			.map((link) -> link.group(1))
			.filter((link) -> !link.matches("https?:.*"))
			.toList();
	}

	/**
	 * The level of each heading.
	 * @return 1 for the title
	 */
	List<Integer> headingLevels() {
		return headings().map((heading) -> heading.group(1).length()).toList();
	}

	/**
	 * The names by which links go to headings, as GitHub makes them.
	 * @return all of them
	 */
	List<String> anchors() {
		return headings()
			.map((heading) -> heading.group(2)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

	private Stream<MatchResult> headings() {
		return HEADING.matcher(BLOCK.matcher(this.text).replaceAll("")).results();
	}

	@Override
	public String toString() {
		return ROOT.relativize(this.file).toString();
	}

}
