package io.fibrpc.client;

import java.util.ArrayList;
import java.util.List;

import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * What the command line asks for. Arguments that look like settings are left to Boot.
 */
@Command(name = "fib-client", mixinStandardHelpOptions = true, resourceBundle = "io.fibrpc.client.help",
		versionProvider = CommandLineArguments.ProgramVersion.class, sortOptions = false, synopsisHeading = "",
		customSynopsis = "Usage: java -jar fib-client.jar [--verbose] [n...] [--setting=value...]")
final class CommandLineArguments {

	private static final int HELP_WIDTH = 100;

	@Option(names = "--verbose", description = "Also print which server answered and how long it took.")
	private boolean verbose;

	@Parameters(arity = "0..*", paramLabel = "n", description = "A whole number from 0.")
	private List<String> parameters = new ArrayList<>();

	private CommandLineArguments() {
	}

	/**
	 * Reads the command line. Exits the program if the command line is wrong or asks for
	 * help.
	 * @param args the command line
	 * @return what it asks for
	 */
	static CommandLineArguments parse(String[] args) {
		CommandLineArguments arguments = new CommandLineArguments();
		CommandLine commandLine = new CommandLine(arguments);
		commandLine.setUsageHelpWidth(HELP_WIDTH);
		// So -1 becomes an invalid number, and --rabbit.rpc.client.deadline is left to
		// Boot
		commandLine.setUnmatchedOptionsArePositionalParams(true);
		String wrong = null;
		try {
			if (CommandLine.printHelpIfRequested(commandLine.parseArgs(args))) {
				System.exit(RpcStatus.OK.exitCode());
			}
			wrong = arguments.wrongParameter();
		}
		catch (ParameterException ex) {
			wrong = ex.getMessage();
		}
		if (wrong != null) {
			System.err.println("error: " + wrong + "; --help explains");
			System.exit(RpcStatus.INVALID_ARGUMENT.exitCode());
		}
		return arguments;
	}

	private @Nullable String wrongParameter() {
		if (this.parameters.contains("bench")) {
			return "bench is a program of its own, rabbit-rpc-bench.jar";
		}
		return settings().stream()
			.filter((setting) -> !setting.matches("--[^=]*[.=].*|--debug|--trace"))
			.findFirst()
			.map((setting) -> "there is no option " + setting)
			.orElse(null);
	}

	/**
	 * Whether to print also which server answered and how long it took.
	 * @return {@code true} if so
	 */
	boolean verbose() {
		return this.verbose;
	}

	/**
	 * The numbers that are asked for.
	 * @return everything that may be a number, in the order of the command line
	 */
	List<String> numbers() {
		return this.parameters.stream().filter((parameter) -> !parameter.startsWith("--")).toList();
	}

	/**
	 * The settings for Boot.
	 * @return settings as {@code --name=value}
	 */
	List<String> settings() {
		return this.parameters.stream().filter((parameter) -> parameter.startsWith("--")).toList();
	}

	/**
	 * Reads the version that the build has put into the jar's manifest.
	 */
	static final class ProgramVersion implements IVersionProvider {

		@Override
		public String[] getVersion() {
			String version = FibonacciClientApplication.class.getPackage().getImplementationVersion();
			return new String[] { "fib-client " + ((version != null) ? version : "(not packaged)") };
		}

	}

}
