package io.fibrpc.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

import io.fibrpc.launch.TracingConfiguration;

/**
 * Starts the server.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(TracingConfiguration.class)
public class FibonacciServerApplication {

	/**
	 * Starts the server, which answers until somebody stops it.
	 * @param args settings, as {@code --name=value}
	 */
	public static void main(String[] args) {
		SpringApplication.run(FibonacciServerApplication.class, args);
	}

}
