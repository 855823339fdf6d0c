package io.fibrpc.systemtests.faults;

import java.util.List;

import io.fibrpc.systemtests.ProgramProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a program has logged since a moment.
 */
final class ProgramLog {

	private static final String STACK_TRACE = "\\s+at .*\\(.*\\).*|Caused by: .*|\\S*(Exception|Error): .*";

	private final ProgramProcess program;

	private final long start;

	private ProgramLog(ProgramProcess program, long start) {
		this.program = program;
		this.start = start;
	}

	static ProgramLog of(ProgramProcess program) {
		return new ProgramLog(program, program.lines().count());
	}

	static ProgramLog fromStart(ProgramProcess program) {
		return new ProgramLog(program, 0);
	}

	List<String> lines() {
		return this.program.lines().skip(this.start).toList();
	}

	/**
	 * Checks that the program lives and has said little.
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
	 * Checks that a loss and a recovery are told in one line each.
	 * @param lost regular expression of the first
	 * @param recovered regular expression of the second
	 */
	void assertSaysOnce(String lost, String recovered) {
		assertThat(lines()).filteredOn((line) -> line.matches(".*(" + lost + ").*")).as("loss").hasSize(1);
		assertThat(lines()).filteredOn((line) -> line.matches(".*(" + recovered + ").*")).as("recovery").hasSize(1);
		assertNoStackTrace();
	}

}
