package io.fibrpc.systemtests;

import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;

/**
 * Passes Tomcat's log records to the program that this Tomcat belongs to. Tomcat logs by
 * {@code java.util.logging}, which exists only once in a JVM.
 */
final class JavaLogging extends Handler {

	private JavaLogging() {
	}

	/**
	 * Replaces the console handler, beside which Boot would install one bridge for all
	 * programs.
	 */
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
