package io.rabbitrpc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the size of packages: each is one room, one reader's sitting.
 */
class RoomsTests {

	private static final long MOST_TYPES = 20;

	@Test
	void noPackageHoldsMoreTypesThanOneReadsInASitting() throws IOException {
		Map<Path, Long> types;
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			types = files.filter((file) -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
				.collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
		}
		assertThat(types).isNotEmpty().allSatisfy((room, count) -> assertThat(count).isLessThanOrEqualTo(MOST_TYPES));
	}

}
