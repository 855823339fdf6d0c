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
	 * Makes the calls that the arguments ask for and exits; without numbers among them,
	 * makes the demo request and stays.
	 * @param args numbers, options and settings; {@code --help} explains them
	 */
	public static void main(String[] args) {
		CommandLineArguments arguments = CommandLineArguments.parse(args);
		// Results alone go to the standard output; the log goes elsewhere
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

	// A setting that is given twice would be a list
	private static String[] settingsWithoutDemo(CommandLineArguments arguments) {
		return Stream
			.concat(arguments.settings().stream().filter((setting) -> !setting.startsWith(DEMO)),
					Stream.of(DEMO + "false"))
			.toArray(String[]::new);
	}

}
