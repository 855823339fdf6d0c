package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;

import io.fibrpc.systemtests.Program;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The lines that a program has logged since a moment.
 */
final class ProgramLog {

	private static final String STACK_TRACE = "\\s+at .*\\(.*\\).*|Caused by: .*|\\S*(Exception|Error): .*";

	private final Program program;

	private final long start;

	private ProgramLog(Program program, long start) {
		this.program = program;
		this.start = start;
	}

	static ProgramLog of(Program program) {
		return new ProgramLog(program, program.lines().count());
	}

	static ProgramLog fromStart(Program program) {
		return new ProgramLog(program, 0);
	}

	List<String> lines() {
		return this.program.lines().skip(this.start).toList();
	}

	/**
	 * Checks that the program runs and has logged little.
	 * @param most how many lines it may have logged
	 */
	void assertCalm(int most) {
		assertThat(this.program.isAlive()).as("the program lives").isTrue();
		assertThat(lines()).hasSizeLessThanOrEqualTo(most);
		assertNoStackTrace();
	}

	void assertNoStackTrace() {
		assertThat(lines()).noneMatch((line) -> line.matches(STACK_TRACE));
	}

	/**
	 * Waits for the recovery, and checks that the log has one line for the loss and one
	 * for the recovery.
	 * @param lost what the first line contains
	 * @param recovered what the second line contains
	 * @param timeout how long the recovery may take
	 */
	void assertSaysOnce(String lost, String recovered, Duration timeout) {
		Awaitility.await().atMost(timeout).untilAsserted(() -> assertOneLineSays(recovered));
		assertOneLineSays(lost);
		assertNoStackTrace();
	}

	private void assertOneLineSays(String text) {
		assertThat(lines()).filteredOn((line) -> line.contains(text)).as(text).hasSize(1);
	}

}
