package io.fibrpc.benchmarks.stockclient;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the stock client.
 */
// The library comes with the benchmark of the pair's function: without it, this is Boot
@SpringBootApplication(excludeName = { "io.rabbitrpc.connection.RpcConnectionAutoConfiguration",
		"io.rabbitrpc.server.RpcServerAutoConfiguration", "io.rabbitrpc.client.RpcClientAutoConfiguration" })
@ConfigurationPropertiesScan
public class StockClientApplication {

	/**
	 * Makes calls, and ends when they are made.
	 * @param args settings, as {@code --name=value}
	 * @throws Exception if a call fails in a way that is no outcome
	 */
	public static void main(String[] args) throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(StockClientApplication.class, args)) {
			context.getBean(StockCalls.class).run();
		}
	}

}
