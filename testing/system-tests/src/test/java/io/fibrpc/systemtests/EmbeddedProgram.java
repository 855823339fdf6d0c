package io.fibrpc.systemtests;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import io.fibrpc.systemtests.inside.ProgramMain;

import static org.assertj.core.api.Assertions.fail;

/**
 * A program that runs in this JVM: the {@code main} of an executable jar, with the class
 * path of the jar and not that of the tests. It starts several times as fast as a
 * process. It has no signals and no memory of its own.
 */
final class EmbeddedProgram extends Program {

	/** Names of main classes by the module that builds their jar. */
	private static final Map<String, String> MAIN_CLASSES = Map.of("fib-server",
			"io.fibrpc.server.FibonacciServerApplication", "fib-client", "io.fibrpc.client.FibonacciClientApplication");

	// They are in static fields: of Prometheus' client, for each class loader, and of the
	// JDK
	private static final Pattern OF_THE_CLASSES = Pattern
		.compile("prometheus-metrics-scheduler.*|CompletableFutureDelayScheduler|ForkJoinPool.commonPool-.*");

	private static final String RETRIES = "fib-client-demo";

	private static final long CALLERS_MILLIS = 5000;

	private static final Duration THREADS_TIMEOUT = Duration.ofSeconds(10);

	// Boot looks for both names when it hands an exit code to the JVM
	private static final String MAIN = "main";

	private final ProgramClassLoader loader;

	private final ProgramOutput output = new ProgramOutput();

	private final ProgramOutput errors = new ProgramOutput();

	private final Runnable program;

	private final Thread main;

	private volatile boolean returned;

	private final AtomicBoolean closed = new AtomicBoolean();

	private EmbeddedProgram(String module, String mainClass, List<String> arguments) {
		super(module);
		this.loader = ProgramClassLoader.take(module);
		try {
			this.program = (Runnable) Class.forName(ProgramMain.class.getName(), true, this.loader).getConstructors()[0]
				.newInstance(mainClass, arguments.toArray(String[]::new), this.output, this.errors);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Cannot run " + module, ex);
		}
		this.main = new Thread(new MainGroup(), this::runMain, MAIN);
		this.main.setContextClassLoader(this.loader);
		this.main.start();
	}

	/**
	 * Starts the program of a jar.
	 * @param module the module that builds it
	 * @param arguments its arguments
	 * @return the program, which may not be ready yet
	 */
	static EmbeddedProgram start(String module, List<String> arguments) {
		return new EmbeddedProgram(module, MAIN_CLASSES.getOrDefault(module, ""), arguments);
	}

	/**
	 * Starts a program of the tests with the classes of a jar.
	 * @param module the module that builds the jar
	 * @param program the program's main class
	 * @param arguments its arguments
	 * @return the program, which may not be ready yet
	 */
	static EmbeddedProgram startInside(String module, Class<?> program, List<String> arguments) {
		return new EmbeddedProgram(module, program.getName(), arguments);
	}

	private void runMain() {
		this.program.run();
		this.returned = true;
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
	public boolean isAlive() {
		return !this.closed.get() && (this.main.isAlive() || (this.returned && exitCode().isEmpty()));
	}

	private OptionalInt exitCode() {
		int code = ((IntSupplier) this.program).getAsInt();
		return (code >= 0) ? OptionalInt.of(code) : OptionalInt.empty();
	}

	@Override
	public ProgramResult result(Duration timeout) {
		try {
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(10))
				.atMost(timeout)
				.until(() -> !isAlive());
		}
		catch (ConditionTimeoutException ex) {
			fail("Still running after %s:%n%s", timeout, log());
		}
		// As the JVM does if an exception ends the main thread
		return new ProgramResult(exitCode().orElse(1), output(), errors());
	}

	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		// It prints nothing more, as if it were killed
		this.output.end();
		this.errors.end();
		this.main.interrupt();
		try {
			// Otherwise a caller's next call would connect again
			this.main.join(CALLERS_MILLIS);
			((AutoCloseable) this.program).close();
			this.main.join();
		}
		catch (Exception ex) {
			throw new IllegalStateException("Cannot close:\n" + log(), ex);
		}
		awaitNoThreads();
		this.loader.giveBack();
	}

	private void awaitNoThreads() {
		// What a thread did when it was seen last. It may end while this fails
		Map<Thread, List<StackTraceElement>> left = new HashMap<>();
		try {
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(50))
				.atMost(THREADS_TIMEOUT)
				.until(() -> {
					List<Thread> threads = threads();
					// The demo request tries again for as long as the process runs
					threads.stream().filter((thread) -> thread.getName().equals(RETRIES)).forEach(Thread::interrupt);
					left.keySet().retainAll(threads);
					threads.forEach((thread) -> left.put(thread, List.of(thread.getStackTrace())));
					return threads.isEmpty();
				});
		}
		catch (ConditionTimeoutException ex) {
			fail("Closed, and left these threads:%n%s%n%s", left, log());
		}
	}

	private List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> ProgramClassLoader.of(thread) == this.loader)
			.filter((thread) -> thread != Thread.currentThread() && !OF_THE_CLASSES.matcher(thread.getName()).matches())
			.toList();
	}

	/** Reports an exception as the JVM does. */
	private final class MainGroup extends ThreadGroup {

		MainGroup() {
			super(MAIN);
		}

		@Override
		public void uncaughtException(Thread thread, Throwable thrown) {
			if (EmbeddedProgram.this.exitCode().isEmpty()) {
				PrintStream stream = new PrintStream(EmbeddedProgram.this.errors, true, StandardCharsets.UTF_8);
				stream.print("Exception in thread \"%s\" ".formatted(thread.getName()));
				thrown.printStackTrace(stream);
			}
		}

	}

}
