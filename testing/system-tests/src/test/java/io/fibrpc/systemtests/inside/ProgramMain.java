package io.fibrpc.systemtests.inside;

import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Runs a program's {@code main} with the class path, the outputs and the exit code of a
 * process, and ends it by closing its contexts. It uses only interfaces of the JDK,
 * because it cannot see the classes of the tests.
 */
public final class ProgramMain implements Runnable, IntSupplier, AutoCloseable {

	private final Class<?> program;

	private final String[] arguments;

	private final List<ConfigurableApplicationContext> contexts = new CopyOnWriteArrayList<>();

	private volatile boolean started;

	/**
	 * Prepares a run.
	 * @param program name of the main class
	 * @param arguments its arguments
	 * @param output gets what it writes to its standard output
	 * @param errors gets what it writes to its error output
	 * @throws ReflectiveOperationException if the program is not what the tests know
	 */
	public ProgramMain(String program, String[] arguments, OutputStream output, OutputStream errors)
			throws ReflectiveOperationException {
		this.program = Class.forName(program);
		this.arguments = arguments.clone();
		ProgramSystem.begin(ProgramSystem.print(output), ProgramSystem.print(errors));
		// It would register itself with the JVM, which accepts only one
		Class.forName("org.apache.catalina.webresources.TomcatURLStreamHandlerFactory")
			.getMethod("disable")
			.invoke(null);
		// Left by another program that did not start
		Set.copyOf(Metrics.globalRegistry.getRegistries()).forEach(Metrics::removeRegistry);
	}

	/** Runs {@code main}, in a thread that Boot must find to be the JVM's first. */
	@Override
	public void run() {
		SpringApplication.withHook((application) -> new ContextListener(), this::invokeMain);
	}

	private void invokeMain() {
		try {
			this.program.getMethod("main", String[].class).invoke(null, (Object) this.arguments);
		}
		catch (InvocationTargetException ex) {
			ProgramMain.<RuntimeException>rethrow(ex.getTargetException());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" }) // As main threw it
	private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
		throw (T) thrown;
	}

	/**
	 * The exit code that the program has given.
	 * @return -1 if it has given none
	 */
	@Override
	public int getAsInt() {
		return ProgramSystem.exitCode().orElse(-1);
	}

	/**
	 * Closes the program's contexts, as SIGTERM does.
	 * @throws IllegalStateException if a registry of meters is left
	 */
	@Override
	public void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
		Set<MeterRegistry> left = Metrics.globalRegistry.getRegistries();
		// Boot removes registries only of contexts that have started
		if (this.started && !left.isEmpty()) {
			throw new IllegalStateException("Closed, and left these registries of meters: " + left);
		}
	}

	/** Remembers each context that the program makes. */
	private final class ContextListener implements SpringApplicationRunListener {

		@Override
		public void contextPrepared(ConfigurableApplicationContext context) {
			ProgramMain.this.contexts.add(context);
		}

		@Override
		public void started(ConfigurableApplicationContext context, @Nullable Duration timeTaken) {
			ProgramMain.this.started = true;
		}

	}

}
