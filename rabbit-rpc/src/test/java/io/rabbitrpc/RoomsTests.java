package io.rabbitrpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the size of packages of the library and its load tester: a reader can read
 * each in one sitting.
 */
class RoomsTests {

	private static final long MOST_TYPES = 20;

	@ParameterizedTest
	@ValueSource(strings = { "rabbit-rpc", "rabbit-rpc-bench" })
	void noPackageHoldsMoreTypesThanOneReadsInASitting(String module) throws IOException {
		Map<Path, Long> types;
		try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
			types = files.filter((file) -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
				.collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
		}
		assertThat(types).isNotEmpty().allSatisfy((room, count) -> assertThat(count).isLessThanOrEqualTo(MOST_TYPES));
	}

}
