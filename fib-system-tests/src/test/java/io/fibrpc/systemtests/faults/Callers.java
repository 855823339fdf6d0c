package io.fibrpc.systemtests.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * A program that uses the client's jar as a library, in a process of its own: one or many
 * callers at the same time, each of which makes one call after the other. Each call
 * prints a line when it ends. It takes {@code --callers}, {@code --rounds} (the calls of
 * each caller) and {@code --pause} (milliseconds between two of them) beside the client's
 * settings.
 */
public final class Callers {

	private static final int LARGEST_N = 90;

	private static final int STACK_BYTES = 256 * 1024;

	private final Object client;

	private final Method fibonacci;

	private final int rounds;

	private final int pause;

	private final CountDownLatch start = new CountDownLatch(1);

	private Callers(ConfigurableApplicationContext context, int rounds) throws ReflectiveOperationException {
		this.client = context.getBean("fibonacciClient");
		// The tests do not have the client's classes, this process does
		this.fibonacci = Class.forName("io.fibrpc.client.FibonacciClient").getMethod("fibonacci", int.class);
		this.rounds = rounds;
		this.pause = context.getEnvironment().getProperty("pause", Integer.class, 0);
	}

	/**
	 * Calls until all calls are made.
	 * @param args settings
	 * @throws Exception if the client's jar is not what this program is for
	 */
	public static void main(String[] args) throws Exception {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(
				Class.forName("io.fibrpc.client.FibonacciClientApplication"))
			.web(WebApplicationType.NONE)
			.properties("logging.level.root=error", "logging.level.rpc=off", "fib.client.demo=false")
			.run(args);
		Environment environment = context.getEnvironment();
		new Callers(context, environment.getProperty("rounds", Integer.class, Integer.MAX_VALUE))
			.callUntilTheEnd(environment.getProperty("callers", Integer.class, 1));
		System.exit(SpringApplication.exit(context));
	}

	private void callUntilTheEnd(int callers) throws InterruptedException {
		Thread[] threads = new Thread[callers];
		for (int i = 0; i < callers; i++) {
			int first = i;
			threads[i] = new Thread(null, () -> callFrom(first), "caller-" + i, STACK_BYTES);
			threads[i].start();
		}
		this.start.countDown();
		try {
			for (Thread thread : threads) {
				thread.join();
			}
		}
		catch (InterruptedException ex) {
			List.of(threads).forEach(Thread::interrupt);
			throw ex;
		}
	}

	private void callFrom(int first) {
		try {
			this.start.await();
			for (int round = 0; round < this.rounds && !Thread.currentThread().isInterrupted(); round++) {
				call((int) (((long) first + round) % LARGEST_N));
				TimeUnit.MILLISECONDS.sleep(this.pause);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@SuppressWarnings("SystemOut") // Where the test reads it
	private void call(int n) {
		long begin = System.nanoTime();
		String outcome = outcome(n);
		long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin);
		System.out.println("%d us: %s".formatted(micros, outcome));
	}

	private String outcome(int n) {
		try {
			try {
				return "fib(%d) = %s".formatted(n, this.fibonacci.invoke(this.client, n));
			}
			catch (InvocationTargetException ex) {
				Throwable cause = ex.getTargetException();
				return "%s %s".formatted(cause.getClass().getMethod("status").invoke(cause), cause.getMessage());
			}
		}
		catch (ReflectiveOperationException ex) {
			return "UNTYPED " + ex;
		}
	}

}
