package io.fibrpc.benchmarks.stockserver;

import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Starts the stock server.
 */
// The library comes with the benchmark of the pair's function: without it, this is Boot
@SpringBootApplication(excludeName = { "io.rabbitrpc.connection.RpcConnectionAutoConfiguration",
		"io.rabbitrpc.server.RpcServerAutoConfiguration", "io.rabbitrpc.client.RpcClientAutoConfiguration" })
public class StockServerApplication {

	/**
	 * Starts the stock server.
	 * @param args settings, as {@code --name=value}
	 */
	public static void main(String[] args) {
		SpringApplication.run(StockServerApplication.class, args);
	}

	@Bean
	Queue requestQueue(Environment environment) {
		return QueueBuilder.durable(environment.getProperty("stock.queue", StockListener.QUEUE))
			.withArgument("x-queue-type", environment.getProperty("stock.queue-type", "quorum"))
			.build();
	}

}
