package io.fibrpc.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import io.rabbitrpc.connection.RpcConnections;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the program does when it starts, and where its results go.
 */
@Configuration(proxyBeanMethods = false)
class FibonacciClientConfiguration {

	// This name is shown by the broker's tools
	@Bean
	ConnectionNameStrategy connectionNameStrategy() {
		return (factory) -> "fib-client";
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "fib.client.demo", matchIfMissing = true)
	DemoRequest demoRequest(FibonacciClient client, PrintStream results) {
		return new DemoRequest(client, results);
	}

	// Stops the program if the broker refuses its login. The demo request and the calls
	// of the command line do so themselves
	@Bean
	@ConditionalOnWebApplication
	@ConditionalOnBooleanProperty(name = "fib.client.demo", havingValue = false)
	CommandLineRunner firstConnection(RpcConnections connections) {
		return (args) -> connections.tryToConnect();
	}

	@Bean
	CommandLineCalls commandLineCalls(FibonacciClient client, PrintStream results) {
		return new CommandLineCalls(client, results, System.err);
	}

	// The standard output of the process, even if System.out is another one. Only results
	// go there
	@Bean(destroyMethod = "flush")
	PrintStream results() {
		return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
	}

}
