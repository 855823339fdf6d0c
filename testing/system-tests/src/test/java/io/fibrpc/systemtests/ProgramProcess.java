package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.Assertions;

/**
 * A program that runs as a process.
 */
public class ProgramProcess extends Program {

	private final Process process;

	private final ProcessOutput output;

	private final ProcessOutput errors;

	ProgramProcess(String name, List<String> command, Map<String, String> environment) {
		super(name);
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().putAll(environment);
		try {
			this.process = builder.start();
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start " + command, ex);
		}
		this.output = new ProcessOutput(this.process.getInputStream());
		this.errors = new ProcessOutput(this.process.getErrorStream());
	}

	@Override
	public List<OutputLine> timedOutput(int first) {
		return this.output.timedLines(first);
	}

	@Override
	List<OutputLine> timedErrors() {
		return this.errors.timedLines(0);
	}

	@Override
	public final ProgramResult result(Duration timeout) {
		try {
			if (!this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				Assertions.fail("Still running after %s:%n%s", timeout, log());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
		return new ProgramResult(this.process.exitValue(), text(this.output.linesToTheEnd()),
				text(this.errors.linesToTheEnd()));
	}

	@Override
	public final boolean isAlive() {
		return this.process.isAlive();
	}

	public final void terminate() {
		this.process.toHandle().destroy();
	}

	public final void kill() {
		this.process.toHandle().destroyForcibly();
	}

	public final void freeze() {
		signal("STOP");
	}

	public final void thaw() {
		signal("CONT");
	}

	public final long pid() {
		return this.process.pid();
	}

	private void signal(String signal) {
		try (ProgramProcess command = new ProgramProcess("kill",
				List.of("kill", "-" + signal, Long.toString(this.process.pid())), Map.of())) {
			Assertions.assertThat(command.exitCode(Duration.ofSeconds(10))).isZero();
		}
	}

	@Override
	public void close() {
		kill();
		result(Duration.ofSeconds(10));
	}

}
