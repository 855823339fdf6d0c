package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fibrpc.systemtests.ProgramProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads and heap of a JVM after a garbage collection.
 *
 * @param threads live platform threads
 * @param heapKilobytes used heap
 */
record JvmStatistics(int threads, int heapKilobytes) {

	private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

	private static final Pattern THREADS = Pattern.compile("java\\.threads\\.live=(\\d+)");

	static JvmStatistics of(ProgramProcess program) {
		jcmd(program, "GC.run");
		Matcher threads = THREADS.matcher(jcmd(program, "PerfCounter.print"));
		assertThat(threads.find()).isTrue();
		int used = USED.matcher(jcmd(program, "GC.heap_info"))
			.results()
			.mapToInt((generation) -> Integer.parseInt(generation.group(1)))
			.sum();
		return new JvmStatistics(Integer.parseInt(threads.group(1)), used);
	}

	private static String jcmd(ProgramProcess program, String command) {
		try {
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
					Long.toString(program.pid()), command)
				.redirectErrorStream(true)
				.start();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot run jcmd", ex);
		}
	}

}
