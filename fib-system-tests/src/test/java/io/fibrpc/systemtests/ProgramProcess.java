package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A program that runs as a process, with what it has written so far.
 */
public class ProgramProcess implements AutoCloseable {

	private static final int LOG_LINES = 200;

	private final String name;

	private final Process process;

	private final ProcessOutput output;

	private final ProcessOutput errors;

	ProgramProcess(String name, List<String> command, Map<String, String> environment) {
		this.name = name;
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

	/**
	 * Waits for a line on either output.
	 * @param regex found anywhere in the line
	 * @param timeout how long
	 * @return the match
	 */
	public final Matcher awaitLine(String regex, Duration timeout) {
		Pattern pattern = Pattern.compile(regex);
		List<Matcher> found = new ArrayList<>();
		try {
			Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(timeout).until(() -> {
				lines().map(pattern::matcher).filter(Matcher::find).findFirst().ifPresent(found::add);
				return !found.isEmpty() || !isAlive();
			});
		}
		catch (ConditionTimeoutException ex) {
			// Told below
		}
		if (found.isEmpty()) {
			Assertions.fail("No line '%s' within %s:%n%s", regex, timeout, log());
		}
		return found.get(0);
	}

	public final List<String> output() {
		return this.output.lines();
	}

	public final List<String> errors() {
		return this.errors.lines();
	}

	public final Stream<String> lines() {
		return Stream.of(output(), errors()).flatMap(Collection::stream);
	}

	/**
	 * Waits for the end of the process.
	 * @param timeout how long
	 * @return what it has written, and the exit code
	 */
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
		return new ProgramResult(this.process.exitValue(), this.output.linesToTheEnd(), this.errors.linesToTheEnd());
	}

	public final int exitCode(Duration timeout) {
		return result(timeout).exitCode();
	}

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

	/**
	 * What the process has written so far on both outputs, in the order of its arrival.
	 * @return the lines, each with its moment
	 */
	public final List<OutputLine> timedLines() {
		return Stream.of(this.output.timedLines(), this.errors.timedLines())
			.flatMap(Collection::stream)
			.sorted(Comparator.comparingLong(OutputLine::nanos))
			.toList();
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

	public final String log() {
		return "== %s, standard output:%n%s%n== %s, error output:%n%s%n".formatted(this.name, tail(output()), this.name,
				tail(errors()));
	}

	private static String tail(List<String> lines) {
		return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
	}

	@Override
	public void close() {
		kill();
		result(Duration.ofSeconds(10));
	}

}
