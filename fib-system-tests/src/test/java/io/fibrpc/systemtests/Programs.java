package io.fibrpc.systemtests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
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
 * The programs of a test in a virtual host of their own. Registered in a field it ends
 * them after each test, in a static field after the last test of the class. When a test
 * fails it prints what they wrote.
 */
public final class Programs implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

	private static final Duration RUN_TIMEOUT = Duration.ofSeconds(60);

	private final Queue<ProgramProcess> processes = new ConcurrentLinkedQueue<>();

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
	@SuppressWarnings("SystemOut") // Where the build shows it
	public void afterEach(ExtensionContext context) {
		if (context.getExecutionException().isPresent()) {
			this.processes.forEach((process) -> System.out.println(process.log()));
		}
		this.processes.removeIf((process) -> !process.isAlive());
		if (!this.ofClass) {
			closeAll();
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		closeAll();
	}

	private void closeAll() {
		this.processes.forEach(ProgramProcess::close);
		this.processes.clear();
		if (this.host != null) {
			// It takes a second, in which the next test can start its programs
			CompletableFuture.runAsync(this.host::close);
			this.host = null;
		}
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
	public JarProcess server(String... arguments) {
		return start("fib-server", host(), arguments).awaitReady();
	}

	/**
	 * Starts a client that stays up.
	 * @param mode where its replies arrive
	 * @param arguments settings
	 * @return the client, which may not be ready yet
	 */
	public JarProcess client(ReplyMode mode, String... arguments) {
		return start("fib-client", host(), with(mode, arguments));
	}

	/**
	 * Starts a client with numbers.
	 * @param mode where its replies arrive
	 * @param arguments settings and numbers
	 * @return the client
	 */
	public JarProcess calls(ReplyMode mode, String... arguments) {
		return start("fib-client", Map.of(), arguments(host(), with(mode, arguments)));
	}

	/**
	 * Starts a client with numbers for each reply mode.
	 * @param arguments settings and numbers
	 * @return the clients
	 */
	public List<JarProcess> callsInEachMode(String... arguments) {
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
	 * Starts a jar on a free web port.
	 * @param module the module that builds it
	 * @param virtualHost where it finds its broker
	 * @param arguments settings
	 * @return the process, which may not be ready yet
	 */
	public JarProcess start(String module, VirtualHost virtualHost, String... arguments) {
		List<String> all = arguments(virtualHost, arguments);
		if (all.stream().noneMatch((argument) -> argument.startsWith("--server.port="))) {
			all.add("--server.port=0");
		}
		return start(module, Map.of(), all);
	}

	/**
	 * Starts a jar with nothing but what is given.
	 * @param module the module that builds it
	 * @param environment variables beside those of this process
	 * @param arguments its arguments
	 * @return the process, which may not be ready yet
	 */
	public JarProcess start(String module, Map<String, String> environment, List<String> arguments) {
		return add(JarProcess.start(module, environment, arguments));
	}

	/**
	 * Starts a program of the tests with the classes of a jar.
	 * @param module the module that builds the jar
	 * @param program the program's main class
	 * @param arguments its arguments
	 * @return the process
	 */
	public JarProcess startInside(String module, Class<?> program, List<String> arguments) {
		return add(JarProcess.startInside(module, program, arguments));
	}

	<T extends ProgramProcess> T add(T process) {
		this.processes.add(process);
		return process;
	}

	private static String[] with(ReplyMode mode, String... arguments) {
		return Stream.concat(Stream.of(mode.argument()), Arrays.stream(arguments)).toArray(String[]::new);
	}

	private static List<String> arguments(VirtualHost virtualHost, String... arguments) {
		List<String> all = new ArrayList<>();
		virtualHost.springProperties().forEach((name, value) -> all.add("--%s=%s".formatted(name, value)));
		all.addAll(List.of(arguments));
		return all;
	}

}
