package io.rabbitrpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code docs/protocol.md} lists the statuses of {@link RpcStatus}.
 */
class ProtocolDocumentTests {

	private static final Pattern STATUS = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|.*\\| (\\d+) \\|$");

	@Test
	void everyStatusIsThereWithItsExitCode() throws IOException {
		String document = Files.readString(Path.of("..", "docs", "protocol.md"));
		assertThat(STATUS.matcher(document).results()).extracting((row) -> row.group(1) + " " + row.group(2))
			.containsExactlyInAnyOrderElementsOf(Arrays.stream(RpcStatus.values())
				.map((status) -> "%s %d".formatted(status, status.exitCode()))
				.toList());
	}

}
