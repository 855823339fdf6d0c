package io.fibrpc.systemtests;

import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;

/**
 * Hands what Tomcat logs by {@code java.util.logging}, of which a JVM has one, to the
 * program whose Tomcat it is.
 */
final class JavaLogging extends Handler {

	private JavaLogging() {
	}

	/** Takes the place of the console, beside which Boot would put one bridge for all. */
	static void install() {
		LogManager.getLogManager().reset();
		Logger root = LogManager.getLogManager().getLogger("");
		root.addHandler(new JavaLogging());
	}

	@Override
	public void publish(LogRecord logged) {
		@Nullable ProgramClassLoader program = ProgramClassLoader.of(Thread.currentThread());
		if (program != null) {
			program.bridge().publish(logged);
		}
	}

	@Override
	public void flush() {
		// It keeps nothing
	}

	@Override
	public void close() {
		// It holds nothing
	}

}
