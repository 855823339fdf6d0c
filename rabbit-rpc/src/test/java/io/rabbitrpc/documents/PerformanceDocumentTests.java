package io.rabbitrpc.documents;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page about performance stays one that people read. All other numbers
 * have a page of their own.
 */
class PerformanceDocumentTests {

	private static final int MOST_WORDS = 900;

	private static final int MOST_TABLES = 3;

	private final String page = Document.of("docs/performance.md").text();

	@Test
	void pageIsShort() {
		assertThat(this.page.split("[\\s|]+", -1)).hasSizeBetween(MOST_WORDS / 2, MOST_WORDS);
	}

	@Test
	void pageHasFewTables() {
		assertThat(this.page.lines().filter((line) -> line.matches("\\|[ |-]+"))).hasSizeBetween(1, MOST_TABLES);
	}

}
