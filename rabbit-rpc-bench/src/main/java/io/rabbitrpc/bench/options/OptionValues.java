package io.rabbitrpc.bench.options;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.boot.convert.DurationStyle;

import io.rabbitrpc.RpcHeaders;

/**
 * Reads the values of options. If a value is invalid, it throws an exception whose
 * message names the option and the values that it takes.
 */
final class OptionValues {

	private OptionValues() {
	}

	static int wholeNumber(String option, String text, int min, int max) {
		List<Integer> numbers = numbers(text, min, max);
		if (numbers.size() != 1) {
			throw invalid(option, "a whole number from %d to %d".formatted(min, max), text);
		}
		return numbers.get(0);
	}

	static List<Integer> wholeNumbers(String option, String text, int min, int max) {
		List<Integer> numbers = numbers(text, min, max);
		if (numbers.isEmpty()) {
			throw invalid(option, "whole numbers from %d to %d with commas between them".formatted(min, max), text);
		}
		return numbers;
	}

	// Empty if one of them is invalid
	private static List<Integer> numbers(String text, int min, int max) {
		return distinct(text, (part) -> {
			if (!part.matches("\\d{1,9}")) {
				return List.of();
			}
			int number = Integer.parseInt(part);
			return (number >= min && number <= max) ? List.of(number) : List.of();
		});
	}

	static <T extends Enum<T>> List<T> oneOrMore(String option, String text, Class<T> type) {
		List<T> constants = List.of(type.getEnumConstants());
		List<T> found = distinct(text,
				(part) -> constants.stream().filter((constant) -> constant.toString().equals(part)).toList());
		if (found.isEmpty()) {
			String labels = constants.stream().map(Object::toString).collect(Collectors.joining(","));
			throw invalid(option, labels + " or one of them", text);
		}
		return found;
	}

	private static <T> List<T> distinct(String text, Function<String, List<T>> read) {
		List<List<T>> parts = Arrays.stream(text.split(",", -1)).map(read).toList();
		return parts.contains(List.<T>of()) ? List.of() : parts.stream().flatMap(List::stream).distinct().toList();
	}

	static Duration duration(String option, String text, Duration min, Duration max) {
		try {
			Duration duration = DurationStyle.detectAndParse(text);
			if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
				return duration;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw invalidDuration(option, text, min, max);
		}
		throw invalidDuration(option, text, min, max);
	}

	private static IllegalArgumentException invalidDuration(String option, String text, Duration min, Duration max) {
		return invalid(option, "a duration such as 500ms, 2s or 1m, from %s to %s".formatted(shown(min), shown(max)),
				text);
	}

	private static String shown(Duration duration) {
		return (!duration.isZero() && duration.toMillis() % Duration.ofHours(1).toMillis() == 0)
				? duration.toHours() + "h" : duration.toMillis() + "ms";
	}

	static String shortString(String option, int min, String text) {
		int bytes = text.getBytes(StandardCharsets.UTF_8).length;
		if (bytes < min || bytes > RpcHeaders.MAX_SHORT_STRING_BYTES) {
			throw invalid(option, "a text of %d to %d bytes".formatted(min, RpcHeaders.MAX_SHORT_STRING_BYTES), text);
		}
		return text;
	}

	// Better to fail now than after the measurement
	static Path writable(String option, String text) {
		Path file = Path.of(text).toAbsolutePath();
		Path folder = file.getParent();
		if (text.isBlank() || folder == null || !Files.isWritable(Files.exists(file) ? file : folder)
				|| Files.isDirectory(file)) {
			throw invalid(option, "a file that can be written", text);
		}
		return file;
	}

	static IllegalArgumentException invalid(String option, String takes, String text) {
		return new IllegalArgumentException("%s takes %s, not '%s'".formatted(option, takes, text));
	}

}
