package io.fibrpc.systemtests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

/**
 * The programs of a test, in a virtual host of their own. If this extension is in a
 * field, it stops them after each test. If it is in a static field, it stops them after
 * the last test of the class. When a test fails, it prints the output of the programs.
 *
 * @param <P> how they run
 */
public abstract class AbstractPrograms<P extends Program>
		implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

	private static final Duration RUN_TIMEOUT = Duration.ofSeconds(60);

	private final Queue<Program> programs = new ConcurrentLinkedQueue<>();

	private final Queue<AutoCloseable> used = new ConcurrentLinkedQueue<>();

	private @Nullable VirtualHost host;

	private boolean ofClass;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.ofClass = true;
		this.host = TestBroker.shared().createVirtualHost();
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		if (!this.ofClass) {
			this.host = TestBroker.shared().createVirtualHost();
		}
	}

	@Override
	@SuppressWarnings("SystemOut") // The build shows this output
	public void afterEach(ExtensionContext context) {
		if (context.getExecutionException().isPresent()) {
			this.programs.forEach((program) -> System.out.println(program.log()));
		}
		if (this.ofClass) {
			List<Program> ended = this.programs.stream().filter((program) -> !program.isAlive()).toList();
			this.programs.removeAll(ended);
			Closings.of(context).closeAll(ended);
		}
		else {
			closeAll(context);
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		closeAll(context);
	}

	private void closeAll(ExtensionContext context) {
		List<AutoCloseable> ended = new ArrayList<>(this.programs);
		this.programs.clear();
		ended.addAll(this.used);
		this.used.clear();
		if (this.host != null) {
			ended.add(this.host);
			this.host = null;
		}
		Closings.of(context).closeAll(ended);
	}

	public VirtualHost host() {
		if (this.host == null) {
			throw new IllegalStateException("No test is running");
		}
		return this.host;
	}

	/**
	 * Starts a server and waits until it is ready.
	 * @param arguments settings
	 * @return the server
	 */
	public P server(String... arguments) {
		P server = start("fib-server", host(), arguments);
		server.awaitReady();
		return server;
	}

	/**
	 * Starts a client that stays up.
	 * @param mode where its replies arrive
	 * @param arguments settings
	 * @return the client, which may not be ready yet
	 */
	public P client(ReplyMode mode, String... arguments) {
		return start("fib-client", host(), with(mode, arguments));
	}

	/**
	 * Starts a client with numbers.
	 * @param mode where its replies arrive
	 * @param arguments settings and numbers
	 * @return the client
	 */
	public P calls(ReplyMode mode, String... arguments) {
		return start("fib-client", Map.of(), arguments(host(), with(mode, arguments)));
	}

	/**
	 * Starts a client with numbers for each reply mode.
	 * @param arguments settings and numbers
	 * @return the clients
	 */
	public List<P> callsInEachMode(String... arguments) {
		return Stream.of(ReplyMode.values()).map((mode) -> calls(mode, arguments)).toList();
	}

	/**
	 * Runs a client with numbers to its end.
	 * @param mode where its replies arrive
	 * @param arguments settings and numbers
	 * @return how it ended
	 */
	public ProgramResult call(ReplyMode mode, String... arguments) {
		return calls(mode, arguments).result(RUN_TIMEOUT);
	}

	/**
	 * Runs a client with numbers to its end for each reply mode.
	 * @param arguments settings and numbers
	 * @return how they ended
	 */
	public List<ProgramResult> callInEachMode(String... arguments) {
		return callsInEachMode(arguments).stream().map((client) -> client.result(RUN_TIMEOUT)).toList();
	}

	/**
	 * Starts a jar on a free web port, as a process.
	 * @param module the module that builds it
	 * @param arguments settings
	 * @return the process, which may not be ready yet
	 */
	public JarProcess process(String module, String... arguments) {
		return process(module, Map.of(), withWebPort(arguments(host(), arguments)));
	}

	/**
	 * Starts a jar as a process, with only these variables and arguments.
	 * @param module the module that builds it
	 * @param environment variables beside those of this process
	 * @param arguments its arguments
	 * @return the process, which may not be ready yet
	 */
	public JarProcess process(String module, Map<String, String> environment, List<String> arguments) {
		return add(JarProcess.start(module, environment, arguments));
	}

	/**
	 * Starts a jar on a free web port.
	 * @param module the module that builds it
	 * @param virtualHost the virtual host that it uses
	 * @param arguments settings
	 * @return the program, which may not be ready yet
	 */
	public P start(String module, VirtualHost virtualHost, String... arguments) {
		return start(module, Map.of(), withWebPort(arguments(virtualHost, arguments)));
	}

	/**
	 * Starts a jar with only these variables and arguments.
	 * @param module the module that builds it
	 * @param environment variables beside those of this process
	 * @param arguments its arguments
	 * @return the program, which may not be ready yet
	 */
	public P start(String module, Map<String, String> environment, List<String> arguments) {
		return add(startProgram(module, environment, arguments));
	}

	/**
	 * Starts a program of the tests with the classes of a jar.
	 * @param module the module that builds the jar
	 * @param program the program's main class
	 * @param arguments its arguments
	 * @return the program
	 */
	public P startInside(String module, Class<?> program, List<String> arguments) {
		return add(startProgramInside(module, program, arguments));
	}

	/**
	 * Closes a thing when the programs have ended that use it. A program that loses its
	 * broker while it stops needs much longer for that.
	 * @param thing such as a proxy before the broker
	 * @param <T> what it is
	 * @return the thing
	 */
	public <T extends AutoCloseable> T closeAfterThem(T thing) {
		this.used.add(thing);
		return thing;
	}

	abstract P startProgram(String module, Map<String, String> environment, List<String> arguments);

	abstract P startProgramInside(String module, Class<?> program, List<String> arguments);

	<T extends Program> T add(T program) {
		this.programs.add(program);
		return program;
	}

	private static String[] with(ReplyMode mode, String... arguments) {
		return Stream.concat(Stream.of(mode.argument()), Arrays.stream(arguments)).toArray(String[]::new);
	}

	private static List<String> withWebPort(List<String> arguments) {
		if (arguments.stream().noneMatch((argument) -> argument.startsWith("--server.port="))) {
			arguments.add("--server.port=0");
		}
		return arguments;
	}

	private static List<String> arguments(VirtualHost virtualHost, String... arguments) {
		List<String> all = new ArrayList<>();
		virtualHost.springProperties().forEach((name, value) -> all.add("--%s=%s".formatted(name, value)));
		all.addAll(List.of(arguments));
		return all;
	}

}
