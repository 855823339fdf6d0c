package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the results depend on.
 *
 * @param command the command line, without passwords
 * @param date when it was measured
 * @param broker name and version of the broker
 * @param machine cores and operating system
 * @param jvm name and version of the Java virtual machine
 */
record BenchFacts(String command, String date, String broker, String machine, String jvm) {

	/**
	 * Finds out all but the broker.
	 * @param arguments the command line
	 * @param broker name and version of the broker
	 * @param date when it was measured
	 * @return the facts
	 */
	static BenchFacts of(List<String> arguments, String broker, String date) {
		return new BenchFacts(
				arguments.stream()
					.map(BenchFacts::withoutPassword)
					.collect(Collectors.joining(" ", "java -jar rabbit-rpc-bench.jar ", "")),
				date, broker,
				"%d cores, %s %s".formatted(Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"),
						System.getProperty("os.arch")),
				"%s %s".formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")));
	}

	private static String withoutPassword(String argument) {
		return argument.replaceFirst("(?i)(--[^=]*(password|secret|credential)[^=]*=).*", "$1***")
			.replaceAll("://[^@/]*@", "://***@");
	}

}
