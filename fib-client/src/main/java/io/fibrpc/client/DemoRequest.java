package io.fibrpc.client;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.CommandLineRunner;

/**
 * Makes the tutorial's request when the program starts. If there is no broker or no
 * server yet, it tries again, because the programs of a pair may start in any order.
 */
final class DemoRequest implements CommandLineRunner {

	private static final Log logger = LogFactory.getLog(DemoRequest.class);

	private static final int N = 30;

	private static final long RETRY_SECONDS = 1;

	private final FibonacciClient client;

	private final PrintStream results;

	DemoRequest(FibonacciClient client, PrintStream results) {
		this.client = client;
		this.results = results;
	}

	@Override
	public void run(String... args) {
		this.results.println(" [x] Requesting fib(" + N + ")");
		try {
			request();
		}
		catch (RpcException ex) {
			if (ex.status() == RpcStatus.PERMISSION_DENIED) {
				throw ex;
			}
			logger.warn("fib(%d) ended %s: %s. Trying again until it is answered".formatted(N, ex.status(),
					ex.getMessage()));
			// The program goes on meanwhile, and its health shows what is missing
			Thread thread = new Thread(this::retry, "fib-client-demo");
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void request() {
		this.results.println(" [.] Got " + this.client.fibonacci(N));
	}

	private void retry() {
		while (true) {
			try {
				TimeUnit.SECONDS.sleep(RETRY_SECONDS);
				request();
				return;
			}
			catch (RpcException ex) {
				logger.debug("The demo request ended without a value", ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

}
