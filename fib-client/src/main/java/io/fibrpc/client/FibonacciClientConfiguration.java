package io.fibrpc.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.rabbitrpc.BrokerSettings;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.ReplyQueue;
import io.rabbitrpc.client.RequestQueueMonitor;
import io.rabbitrpc.client.RpcConnector;
import io.rabbitrpc.client.RpcTemplate;
import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.connection.LostAddressLast;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.boot.ExitCodeExceptionMapper;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.fibrpc.client.FibonacciClientProperties.NoServer;

/**
 * Builds the client from what the configuration of its reply mode provides.
 */
@Configuration(proxyBeanMethods = false)
class FibonacciClientConfiguration {

	// One connects, one asks the broker, two close channels, one keeps time: each of the
	// others may wait for a silent broker at the same time
	private static final int THREADS = 5;

	private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);

	@Bean(destroyMethod = "shutdownNow")
	ScheduledExecutorService rpcScheduler() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("fib-client-");
		threads.setDaemon(true);
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(THREADS, threads);
		// Nearly every deadline is cancelled long before its time
		scheduler.setRemoveOnCancelPolicy(true);
		return scheduler;
	}

	// The settings come first: a wrong reply mode leaves no reply queue, and it is the
	// setting that must be named then
	@Bean
	RpcConnector rpcConnector(FibonacciClientProperties properties, ConnectionFactory connectionFactory,
			ConnectionWriters connectionWriters, ReplyQueue replyQueue, ScheduledExecutorService rpcScheduler,
			RabbitProperties rabbitProperties, RabbitConnectionDetails connectionDetails) {
		BrokerSettings.check(rabbitProperties);
		if (connectionFactory instanceof AbstractConnectionFactory several) {
			LostAddressLast.install(several, connectionDetails);
		}
		return new RpcConnector(connectionFactory, connectionWriters, replyQueue, rpcScheduler);
	}

	@Bean
	RequestQueueMonitor requestQueueMonitor(RpcConnector connector, FibonacciClientProperties properties,
			ScheduledExecutorService rpcScheduler) {
		return new RequestQueueMonitor(connector, properties.noServer() == NoServer.FAIL_FAST, rpcScheduler);
	}

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
	FibonacciClient fibonacciClient(FibonacciClientProperties properties, RpcTemplate template,
			RabbitProperties rabbitProperties, CallObserver observer, CallMeters meters) {
		FibonacciClient client = new RabbitFibonacciClient(template, properties.requestQueue(),
				deadline(properties, rabbitProperties), observer);
		return (properties.retry().maxAttempts() > 1)
				? new RetryingFibonacciClient(client, properties.retry(), meters::retried, System::nanoTime) : client;
	}

	private Duration deadline(FibonacciClientProperties properties, RabbitProperties rabbitProperties) {
		if (properties.deadline() != null) {
			return properties.deadline();
		}
		Duration replyTimeout = rabbitProperties.getTemplate().getReplyTimeout();
		return (replyTimeout != null) ? replyTimeout : DEFAULT_DEADLINE;
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "fib.client.demo", matchIfMissing = true)
	DemoRequest demoRequest(FibonacciClient client, PrintStream results) {
		return new DemoRequest(client, results);
	}

	// The demo request tells so itself; calls of the command line and the load tester,
	// too
	@Bean
	@ConditionalOnWebApplication
	@ConditionalOnBooleanProperty(name = "fib.client.demo", havingValue = false)
	FirstConnection firstConnection(ConnectionFactory connectionFactory) {
		return new FirstConnection(connectionFactory);
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
