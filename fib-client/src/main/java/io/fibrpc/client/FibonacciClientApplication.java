package io.fibrpc.client;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

import io.fibrpc.launch.TracingConfiguration;

/**
 * Starts the client.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(TracingConfiguration.class)
public class FibonacciClientApplication {

	/**
	 * Makes the calls that the arguments ask for and exits; without numbers among them,
	 * makes the demo request and stays.
	 * @param args numbers, options and settings; {@code --help} explains them
	 */
	public static void main(String[] args) {
		CommandLineArguments.parse(args).run();
	}

}
