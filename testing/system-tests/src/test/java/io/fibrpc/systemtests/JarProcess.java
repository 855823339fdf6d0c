package io.fibrpc.systemtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of the executable jars, running.
 */
public final class JarProcess extends ProgramProcess {

	/** The JVM's exit code after SIGTERM. */
	public static final int TERMINATED = 143;

	static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

	// By default a program collects garbage at its start, because it has loaded 21 MiB of
	// class data. That took a fifteenth of the start's processor time
	static final List<String> OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
			"-Xmx256m", "-XX:MetaspaceSize=128m");

	private JarProcess(String name, List<String> command, Map<String, String> environment) {
		super(name, command, environment);
	}

	/**
	 * Starts a jar.
	 * @param module the module that builds it, such as {@code fib-server}
	 * @param environment variables beside those of this process
	 * @param arguments its arguments
	 * @return the process, which may not be ready yet
	 */
	static JarProcess start(String module, Map<String, String> environment, List<String> arguments) {
		return start(module, environment, ExtractedJar.of(module).launch(), arguments);
	}

	/**
	 * Starts a program of the tests with the classes of a jar.
	 * @param module the module that builds the jar
	 * @param program the program's main class
	 * @param arguments its arguments
	 * @return the process, which may not be ready yet
	 */
	static JarProcess startInside(String module, Class<?> program, List<String> arguments) {
		return start(module, Map.of(), ExtractedJar.of(module).launchInside(program), arguments);
	}

	private static JarProcess start(String module, Map<String, String> environment, List<String> launch,
			List<String> arguments) {
		List<String> command = new ArrayList<>(List.of(JAVA));
		command.addAll(OPTIONS);
		command.addAll(launch);
		command.addAll(arguments);
		return new JarProcess(module, command, environment);
	}

	@Override
	public JarProcess awaitReady() {
		super.awaitReady();
		return this;
	}

}
