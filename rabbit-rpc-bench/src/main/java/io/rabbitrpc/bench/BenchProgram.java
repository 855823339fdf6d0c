package io.rabbitrpc.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import io.rabbitrpc.RpcStatus;

/**
 * Reads the command line and does what it asks for.
 */
final class BenchProgram {

	private static final int HELP_WIDTH = 100;

	private final PrintStream output;

	private final PrintStream errors;

	/**
	 * Creates the program.
	 * @param output where the results go
	 * @param errors where everything else goes
	 */
	BenchProgram(PrintStream output, PrintStream errors) {
		this.output = output;
		this.errors = errors;
	}

	/**
	 * Runs the program.
	 * @param args the command line
	 * @return the exit code
	 */
	int run(String... args) {
		BenchCommand command = new BenchCommand();
		CommandLine commandLine = commandLine(command)
			.setOut(new PrintWriter(this.output, true, StandardCharsets.UTF_8));
		BenchRun run;
		try {
			if (CommandLine.printHelpIfRequested(commandLine.parseArgs(args))) {
				return RpcStatus.OK.exitCode();
			}
			run = command.prepare();
		}
		catch (ParameterException | IllegalArgumentException ex) {
			this.errors.println("error: " + ex.getMessage() + "; --help explains");
			return RpcStatus.INVALID_ARGUMENT.exitCode();
		}
		return run.run(this.output, this.errors);
	}

	static CommandLine commandLine(BenchCommand command) {
		return new CommandLine(command).setUsageHelpWidth(HELP_WIDTH)
			// --rabbit.rpc.client.deadline is Boot's to read
			.setUnmatchedOptionsArePositionalParams(true)
			// A body may begin with @
			.setExpandAtFiles(false);
	}

}
