package io.fibrpc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link RawResults}.
 */
class RawResultsTests {

	@TempDir
	Path folder;

	@BeforeEach
	void write() throws IOException {
		for (int round = 1; round <= 2; round++) {
			Files.writeString(this.folder.resolve("pair-%d.json".formatted(round)),
					"""
							[{"client": "rabbit-rpc", "api": "async", "replyMode": "direct", "inFlight": 32, "callsPerSecond": %d}]
							"""
						.formatted(round * 1000));
			Files.writeString(this.folder.resolve("cpu-%d.txt".formatted(round)), "7 %d\n".formatted(round));
		}
		Files.createFile(this.folder.resolve("memory-1.txt"));
	}

	@Test
	void valuesOfARowComeRoundByRound() throws IOException {
		assertThat(
				new RawResults(this.folder).values("pair-", "rabbit-rpc, async, direct, 32", "callsPerSecond").values())
			.containsExactly(1000.0, 2000.0);
		assertThat(new RawResults(this.folder).column("cpu-", 1).values()).containsExactly(1.0, 2.0);
	}

	@Test
	void rowThatWasNotMeasuredIsNoResult() {
		RawResults results = new RawResults(this.folder);
		assertThatIOException().isThrownBy(() -> results.values("pair-", "fib, async, direct, 32", "callsPerSecond"))
			.withMessageStartingWith("No callsPerSecond of the row 'fib, async, direct, 32' in pair-*.json");
		assertThatIOException().isThrownBy(() -> results.values("pair-", "rabbit-rpc, async, direct, 32", "p50Micros"));
		assertThatIOException().isThrownBy(() -> results.column("memory-", 0));
	}

}
