package io.fibrpc.client;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.rabbitrpc.RpcStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * What the command line asks for. Whatever looks like a setting is left to Boot.
 */
@Command(name = "fib-client", mixinStandardHelpOptions = true,
		versionProvider = CommandLineArguments.ProgramVersion.class, sortOptions = false, synopsisHeading = "",
		customSynopsis = "Usage: java -jar fib-client.jar [--verbose] [n...] [--setting=value...]",
		description = { "%nAsks a server for fib(n) over RabbitMQ.%n",
				"With numbers: prints a line for each and exits.",
				"Without: asks for fib(30) and stays up; health is at http://localhost:8081/actuator/health.%n" },
		footer = { "%nSettings (also from the environment, for example RABBIT_RPC_CLIENT_DEADLINE=2s):",
				"  --fib.client.request-queue=NAME                 queue that requests go to (rpc_queue)",
				"  --fib.client.demo=true|false                    ask for fib(30) at the start (true)",
				"  --rabbit.rpc.client.reply-mode=MODE             direct or callback-queue: where replies",
				"                                                  arrive (direct)",
				"  --rabbit.rpc.client.deadline=DURATION           how long a call waits at most (5s)",
				"  --rabbit.rpc.client.no-server=fail-fast|wait    what a call does while no server is",
				"                                                  there (fail-fast)",
				"  --rabbit.rpc.client.max-in-flight=NUMBER        most calls that wait at a time (1000)",
				"  --rabbit.rpc.client.retry.max-attempts=NUMBER   how often a call is made at most (1)",
				"  --rabbit.rpc.client.retry.backoff=DURATION      before the second attempt; it doubles (100ms)",
				"  --spring.rabbitmq.host=HOST, and every other setting that Spring Boot documents", "%nExit codes:",
				"   0  all have a value", "   1  the program could not start",
				"   2  INVALID_ARGUMENT    the request was refused, or the command line is wrong",
				"   4  DEADLINE_EXCEEDED   no outcome in time",
				"   5  UNAVAILABLE         no queue, no server, no broker, or the connection was lost",
				"   6  RESOURCE_EXHAUSTED  the broker refused the request, or too many are in flight",
				"   7  PERMISSION_DENIED   login, permission or TLS was refused",
				"  70  INTERNAL            a fault in the server, or a reply that is no reply",
				"With several numbers it is that of the first without a value." })
final class CommandLineArguments {

	private static final int HELP_WIDTH = 100;

	private static final String DEMO = "--fib.client.demo=";

	@Option(names = "--verbose", description = "Print also which server answered and how long it took.")
	private boolean verbose;

	@Parameters(arity = "0..*", paramLabel = "n", description = "A whole number from 0.")
	private List<String> parameters = new ArrayList<>();

	private CommandLineArguments() {
	}

	/**
	 * Reads the command line. Ends the program if it is wrong, or if it asks for help.
	 * @param args the command line
	 * @return what it asks for
	 */
	static CommandLineArguments parse(String[] args) {
		CommandLineArguments arguments = new CommandLineArguments();
		CommandLine commandLine = new CommandLine(arguments);
		// -1 is a number that is refused, and --rabbit.rpc.client.deadline is Boot's to
		// read
		commandLine.setUsageHelpWidth(HELP_WIDTH);
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

	private List<String> settings() {
		return this.parameters.stream().filter((parameter) -> parameter.startsWith("--")).toList();
	}

	private List<String> numbers() {
		return this.parameters.stream().filter((parameter) -> !parameter.startsWith("--")).toList();
	}

	/**
	 * Does what the command line asks for.
	 */
	void run() {
		// Results alone go to the standard output; the log goes elsewhere
		System.setOut(System.err);
		if (numbers().isEmpty()) {
			application().run(settings().toArray(String[]::new));
			return;
		}
		SpringApplicationBuilder application = application().web(WebApplicationType.NONE)
			.properties("logging.level.root=warn", "logging.level.rpc=error");
		try (ConfigurableApplicationContext context = application.run(settingsWithoutDemo())) {
			int exitCode = context.getBean(CommandLineCalls.class).run(numbers(), this.verbose);
			System.exit(SpringApplication.exit(context, () -> exitCode));
		}
	}

	private SpringApplicationBuilder application() {
		return new SpringApplicationBuilder(FibonacciClientApplication.class);
	}

	// A setting that is given twice would be a list
	private String[] settingsWithoutDemo() {
		return Stream
			.concat(settings().stream().filter((setting) -> !setting.startsWith(DEMO)), Stream.of(DEMO + "false"))
			.toArray(String[]::new);
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
