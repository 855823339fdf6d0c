package io.fibrpc.systemtests.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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
 * each caller), {@code --pause} (milliseconds between two of them) and
 * {@code --async-callers} (which hold no thread, and call to the end) beside the client's
 * settings. Of several processes each takes {@code --all-callers} (how many there are in
 * all of them) and {@code --first-caller} (how many are in those before it): then the
 * numbers of all callers are different, if {@value #NUMBERS} is a multiple of their
 * count.
 */
public final class Callers {

	private static final int NUMBERS = 90;

	private static final int STACK_BYTES = 256 * 1024;

	private final Object client;

	private final Method fibonacci;

	private final Method fibonacciAsync;

	private final int rounds;

	private final int pause;

	private final int callers;

	private final int firstCaller;

	private final int allCallers;

	private final int asyncCallers;

	private final CountDownLatch start = new CountDownLatch(1);

	// One for all: CompletableFuture's takes a thread for each call on two processors
	private final ScheduledExecutorService pauses = Executors.newSingleThreadScheduledExecutor();

	private Callers(ConfigurableApplicationContext context) throws ReflectiveOperationException {
		this.client = context.getBean("fibonacciClient");
		// The tests do not have the client's classes, this process does
		Class<?> type = Class.forName("io.fibrpc.client.FibonacciClient");
		this.fibonacci = type.getMethod("fibonacci", int.class);
		this.fibonacciAsync = type.getMethod("fibonacciAsync", int.class);
		Environment environment = context.getEnvironment();
		this.rounds = environment.getProperty("rounds", Integer.class, Integer.MAX_VALUE);
		this.pause = environment.getProperty("pause", Integer.class, 0);
		this.callers = environment.getProperty("callers", Integer.class, 1);
		this.firstCaller = environment.getProperty("first-caller", Integer.class, 0);
		this.allCallers = environment.getProperty("all-callers", Integer.class, this.callers);
		this.asyncCallers = environment.getProperty("async-callers", Integer.class, 0);
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
		new Callers(context).callUntilTheEnd();
		System.exit(SpringApplication.exit(context));
	}

	private void callUntilTheEnd() throws InterruptedException {
		Thread[] threads = new Thread[this.callers];
		for (int i = 0; i < this.callers; i++) {
			int caller = this.firstCaller + i;
			threads[i] = new Thread(null, () -> callAs(caller), "caller-" + caller, STACK_BYTES);
			threads[i].start();
		}
		this.start.countDown();
		for (int i = 0; i < this.asyncCallers; i++) {
			callLater(i);
		}
		try {
			for (Thread thread : threads) {
				thread.join();
			}
		}
		catch (InterruptedException ex) {
			for (Thread thread : threads) {
				thread.interrupt();
			}
			for (Thread thread : threads) {
				thread.join();
			}
			throw ex;
		}
	}

	private void callAs(int caller) {
		try {
			this.start.await();
			for (int round = 0; round < this.rounds && !Thread.currentThread().isInterrupted(); round++) {
				call((int) ((caller + (long) round * this.allCallers) % NUMBERS));
				TimeUnit.MILLISECONDS.sleep(this.pause);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void callLater(int caller) {
		long begin = System.nanoTime();
		int n = caller % NUMBERS;
		try {
			((CompletableFuture<?>) this.fibonacciAsync.invoke(this.client, n)).whenComplete((value, failure) -> {
				print(n, begin, (failure != null) ? failed(failure) : "= " + value);
				this.pauses.schedule(() -> callLater(caller), this.pause, TimeUnit.MILLISECONDS);
			});
		}
		catch (ReflectiveOperationException ex) {
			print(n, begin, "UNTYPED " + ex);
		}
	}

	private void call(int n) {
		long begin = System.nanoTime();
		print(n, begin, outcome(n));
	}

	@SuppressWarnings("SystemOut") // Where the test reads it
	private static void print(int n, long begin, String outcome) {
		long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin);
		System.out.println("%d us: fib(%d) %s".formatted(micros, n, outcome));
	}

	private String outcome(int n) {
		try {
			return "= " + this.fibonacci.invoke(this.client, n);
		}
		catch (InvocationTargetException ex) {
			return failed(ex.getTargetException());
		}
		catch (ReflectiveOperationException ex) {
			return "UNTYPED " + ex;
		}
	}

	private static String failed(Throwable failure) {
		try {
			return "%s %s".formatted(failure.getClass().getMethod("status").invoke(failure), failure.getMessage());
		}
		catch (ReflectiveOperationException ex) {
			return "UNTYPED " + failure;
		}
	}

}
