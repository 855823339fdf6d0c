package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs operating system commands to their end.
 */
final class Commands {

	private Commands() {
	}

	/**
	 * Runs a command.
	 * @param builder the command
	 * @param timeout how long it may take
	 * @return what it printed
	 * @throws IllegalStateException if it failed or took longer; the message has what it
	 * printed
	 */
	static String run(ProcessBuilder builder, Duration timeout) {
		try {
			Path file = Files.createTempFile("fib-test-command-", ".out");
			try {
				Process process = builder.redirectErrorStream(true).redirectOutput(file.toFile()).start();
				process.getOutputStream().close();
				boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
				int exitCode = ended ? process.exitValue() : await(process.destroyForcibly());
				String output = Files.readString(file).strip();
				check(builder.command(), exitCode, output);
				return output;
			}
			finally {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot run " + builder.command(), ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	static void check(Object command, int exitCode, String output) {
		if (exitCode != 0) {
			throw new IllegalStateException("%s ended with %d: %s".formatted(command, exitCode, output));
		}
	}

	static int await(Process process) {
		try {
			return process.waitFor();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	static IllegalStateException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new IllegalStateException("Interrupted", ex);
	}

}
