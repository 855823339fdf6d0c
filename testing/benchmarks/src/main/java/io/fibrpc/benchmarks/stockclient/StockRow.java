package io.fibrpc.benchmarks.stockclient;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * A row of results: some callers, each of which calls again as soon as it has its reply.
 * It has the keys that the rows of {@code rabbit-rpc-bench.jar --json} have.
 */
final class StockRow {

	private static final int MICRO = 1000;

	private static final int MOST_CALLS_OF_A_CALLER = 4_000_000;

	private final int callers;

	private final StockClientProperties properties;

	private final Supplier<String> call;

	StockRow(int callers, StockClientProperties properties, Supplier<String> call) {
		this.callers = callers;
		this.properties = properties;
		this.call = call;
	}

	String measure() throws InterruptedException, ExecutionException {
		long from = System.nanoTime() + this.properties.warmup().toNanos();
		long to = from + this.properties.duration().toNanos();
		ExecutorService threads = Executors.newFixedThreadPool(this.callers, (task) -> {
			Thread thread = new Thread(task, "caller");
			thread.setDaemon(true);
			return thread;
		});
		var results = Stream.generate(() -> threads.submit(() -> calls(from, to))).limit(this.callers).toList();
		long cpu = -processorNanos(from);
		cpu += processorNanos(to);
		long[] nanos = new long[0];
		long failed = 0;
		for (Future<Calls> result : results) {
			Calls calls = result.get();
			int before = nanos.length;
			nanos = Arrays.copyOf(nanos, before + calls.nanos().length);
			System.arraycopy(calls.nanos(), 0, nanos, before, calls.nanos().length);
			failed += calls.failed();
		}
		threads.shutdown();
		Arrays.sort(nanos);
		return row(nanos, failed, cpu);
	}

	private Calls calls(long from, long to) {
		long[] nanos = new long[MICRO];
		int count = 0;
		long failed = 0;
		while (count < MOST_CALLS_OF_A_CALLER) {
			long begun = System.nanoTime();
			boolean replied = !this.call.get().isEmpty();
			long ended = System.nanoTime();
			if (ended >= to) {
				break;
			}
			if (ended >= from) {
				if (count == nanos.length) {
					nanos = Arrays.copyOf(nanos, count * 2);
				}
				if (replied) {
					nanos[count++] = ended - begun;
				}
				else {
					failed++;
				}
			}
		}
		return new Calls(Arrays.copyOf(nanos, count), failed);
	}

	private long processorNanos(long at) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(at - System.nanoTime());
		return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
	}

	private String row(long[] nanos, long failed, long cpuNanos) {
		double seconds = this.properties.duration().toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
		double calls = Math.max(1, nanos.length);
		return """
				{"client": "stock", "api": "blocking", "replyMode": "direct", "inFlight": %d, "rate": null,
				  "callsPerSecond": %.1f, "p50Micros": %.1f, "p99Micros": %.1f, "maxMicros": %.1f, \
				"cpuMicrosPerCall": %.1f,
				  "outcomes": {"OK": %d, "DEADLINE_EXCEEDED": %d}}""".formatted(this.callers, nanos.length / seconds,
				percentile(nanos, 0.5), percentile(nanos, 0.99), percentile(nanos, 1), cpuNanos / calls / MICRO,
				nanos.length, failed);
	}

	private static double percentile(long[] sorted, double part) {
		int index = (int) Math.ceil(part * sorted.length) - 1;
		return (sorted.length > 0) ? sorted[Math.max(0, index)] / (double) MICRO : 0;
	}

	/**
	 * What one caller measured.
	 *
	 * @param nanos the latency of each call that got a reply
	 * @param failed how many calls got none
	 */
	@SuppressWarnings("ArrayRecordComponent") // Nobody compares it
	private record Calls(long[] nanos, long failed) {

	}

}
