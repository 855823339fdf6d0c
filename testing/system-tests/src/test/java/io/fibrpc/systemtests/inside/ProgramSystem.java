package io.fibrpc.systemtests.inside;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Replaces {@link System} for programs in the tests' JVM. It gives each program what
 * normally belongs to a process: outputs, an exit code, and the properties with which
 * Boot configures logging. Each program has its own copy of this class.
 */
public final class ProgramSystem {

	private static final Map<String, String> PROPERTIES = new ConcurrentHashMap<>();

	/** The program's standard output. */
	@SuppressWarnings({ "NonFinalStaticField", "SystemOut" }) // As in System
	public static volatile PrintStream out = System.out;

	/** The program's error output. */
	@SuppressWarnings({ "NonFinalStaticField", "SystemOut" }) // As in System
	public static volatile PrintStream err = System.err;

	private static volatile PrintStream standardOutput = System.out;

	private static volatile OptionalInt exitCode = OptionalInt.empty();

	private ProgramSystem() {
	}

	static void begin(PrintStream output, PrintStream errors) {
		out = output;
		standardOutput = output;
		err = errors;
		exitCode = OptionalInt.empty();
		PROPERTIES.clear();
	}

	static PrintStream standardOutput() {
		return standardOutput;
	}

	static OptionalInt exitCode() {
		return exitCode;
	}

	/**
	 * Ends the calling thread, and notes that the program has ended.
	 * @param status the exit code
	 */
	public static void exit(int status) {
		exitCode = OptionalInt.of(status);
		throw new ProgramExit();
	}

	public static void setOut(PrintStream output) {
		out = output;
	}

	public static @Nullable String getProperty(String name) {
		return getProperty(name, null);
	}

	public static @Nullable String getProperty(String name, @Nullable String otherwise) {
		String own = PROPERTIES.get(name);
		return (own != null) ? own : System.getProperty(name, otherwise);
	}

	public static @Nullable String setProperty(String name, String value) {
		return PROPERTIES.put(name, value);
	}

	public static @Nullable String clearProperty(String name) {
		return PROPERTIES.remove(name);
	}

	static PrintStream print(OutputStream stream) {
		return new PrintStream(stream, true, StandardCharsets.UTF_8);
	}

	/** Unwinds the stack of the thread that ended the program. */
	static final class ProgramExit extends Error {

		private static final long serialVersionUID = 1L;

		ProgramExit() {
			super("the program has ended", null, false, false);
		}

	}

}
