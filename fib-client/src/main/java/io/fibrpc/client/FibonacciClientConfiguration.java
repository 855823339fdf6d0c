package io.fibrpc.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcTemplate;
import io.rabbitrpc.connection.RpcConnections;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.boot.ExitCodeExceptionMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Builds the client on the library's {@link RpcTemplate}.
 */
@Configuration(proxyBeanMethods = false)
class FibonacciClientConfiguration {

	// Names the connection for whoever looks at the broker
	@Bean
	ConnectionNameStrategy connectionNameStrategy() {
		return (factory) -> "fib-client";
	}

	@Bean
	FibonacciMessageConverter messageConverter() {
		return new FibonacciMessageConverter();
	}

	@Bean
	FibonacciClient fibonacciClient(FibonacciClientProperties properties, RpcTemplate template, RpcClient rpc) {
		return new RabbitFibonacciClient(properties.requestQueue(), template, rpc);
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "fib.client.demo", matchIfMissing = true)
	DemoRequest demoRequest(FibonacciClient client, PrintStream results) {
		return new DemoRequest(client, results);
	}

	// The demo request tells so itself; calls of the command line, too
	@Bean
	@ConditionalOnWebApplication
	@ConditionalOnBooleanProperty(name = "fib.client.demo", havingValue = false)
	FirstConnection firstConnection(RpcConnections connections) {
		return new FirstConnection(connections);
	}

	@Bean
	CommandLineCalls commandLineCalls(FibonacciClient client, PrintStream results) {
		return new CommandLineCalls(client, results, System.err);
	}

	// The process's own standard output, whatever System.out is: results alone go there
	@Bean(destroyMethod = "flush")
	PrintStream results() {
		return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
	}

	@Bean
	ExitCodeExceptionMapper exitCodeOfOutcome() {
		return (exception) -> (exception instanceof RpcException outcome) ? outcome.status().exitCode() : 1;
	}

}
