package io.rabbitrpc.bench.result;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The facts on which the results depend.
 *
 * @param command the command line, as a shell takes it, without passwords and headers
 * @param destination where requests go
 * @param date when it was measured
 * @param broker name and version of the broker
 * @param machine cores and operating system
 * @param jvm name and version of the Java virtual machine
 */
record BenchFacts(String command, String destination, String date, String broker, String machine, String jvm) {

	/**
	 * Finds out all facts except those of the broker.
	 * @param arguments the command line
	 * @param destination where requests go
	 * @param broker name and version of the broker
	 * @param date when it was measured
	 * @return the facts
	 */
	static BenchFacts of(List<String> arguments, String destination, String broker, String date) {
		return new BenchFacts(
				arguments.stream()
					.map(BenchFacts::withoutSecrets)
					.map(BenchFacts::quoted)
					.collect(Collectors.joining(" ", "java -jar rabbit-rpc-bench.jar ", "")),
				destination, date, broker,
				"%d cores, %s %s".formatted(Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"),
						System.getProperty("os.arch")),
				"%s %s".formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")));
	}

	// A header may be a token
	private static String withoutSecrets(String argument) {
		return argument.replaceFirst("(?is)(--[^=]*(password|secret|credential)[^=]*=|--header=[^=]*=).*", "$1***")
			.replaceAll("://[^@/]*@", "://***@");
	}

	private static String quoted(String argument) {
		return argument.matches("[-\\w./:=,@*+]*") ? argument : "'" + argument.replace("'", "'\\''") + "'";
	}

}
