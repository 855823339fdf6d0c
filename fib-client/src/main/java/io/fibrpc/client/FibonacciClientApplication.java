package io.fibrpc.client;

import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import io.fibrpc.launch.TracingConfiguration;

/**
 * Starts the client.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(TracingConfiguration.class)
public class FibonacciClientApplication {

	private static final String DEMO = "--fib.client.demo=";

	/**
	 * Makes a call for each number among the arguments and exits. Without numbers, makes
	 * the demo request and stays up.
	 * @param args numbers, options and settings, as {@code --help} explains
	 */
	public static void main(String[] args) {
		CommandLineArguments arguments = CommandLineArguments.parse(args);
		// Only results go to the standard output. The log goes to the standard error
		// output
		System.setOut(System.err);
		if (arguments.numbers().isEmpty()) {
			SpringApplication.run(FibonacciClientApplication.class, arguments.settings().toArray(String[]::new));
		}
		else {
			call(arguments);
		}
	}

	private static void call(CommandLineArguments arguments) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(FibonacciClientApplication.class)
			.web(WebApplicationType.NONE)
			.properties("logging.level.root=warn", "logging.level.rpc=error");
		try (ConfigurableApplicationContext context = application.run(settingsWithoutDemo(arguments))) {
			int exitCode = context.getBean(CommandLineCalls.class).run(arguments.numbers(), arguments.verbose());
			System.exit(SpringApplication.exit(context, () -> exitCode));
		}
	}

	// Boot would read a setting that is given twice as a list
	private static String[] settingsWithoutDemo(CommandLineArguments arguments) {
		return Stream
			.concat(arguments.settings().stream().filter((setting) -> !setting.startsWith(DEMO)),
					Stream.of(DEMO + "false"))
			.toArray(String[]::new);
	}

}
