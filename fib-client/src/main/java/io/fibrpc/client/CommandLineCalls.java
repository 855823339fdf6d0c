package io.fibrpc.client;

import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcReply;

import io.fibrpc.protocol.InvalidRequestException;
import io.fibrpc.protocol.WireNumbers;

/**
 * Makes the calls that the command line asks for, one after the other.
 */
final class CommandLineCalls {

	private static final double MICROS_PER_MILLI = 1000;

	private final FibonacciClient client;

	private final PrintStream results;

	private final PrintStream errors;

	CommandLineCalls(FibonacciClient client, PrintStream results, PrintStream errors) {
		this.client = client;
		this.results = results;
		this.errors = errors;
	}

	/**
	 * Makes the calls. Each one prints one line: the result, or the reason why there is
	 * none.
	 * @param numbers the arguments, which may be numbers or not
	 * @param verbose whether to print also which server answered and how long it took
	 * @return the exit code: 0, or that of the first call without a value
	 */
	int run(List<String> numbers, boolean verbose) {
		int exitCode = 0;
		for (String number : numbers) {
			RpcStatus status = call(number, verbose);
			exitCode = (exitCode != 0) ? exitCode : status.exitCode();
		}
		return exitCode;
	}

	private RpcStatus call(String number, boolean verbose) {
		try {
			int n = WireNumbers.readRequest(number.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
			long start = System.nanoTime();
			RpcReply<BigInteger> reply = this.client.request(n);
			Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
			this.results.println("fib(%d) = %s%s".formatted(n, reply.value(), verbose ? details(reply, elapsed) : ""));
			return RpcStatus.OK;
		}
		catch (InvalidRequestException ex) {
			return failed(RpcStatus.INVALID_ARGUMENT, ex);
		}
		catch (RpcException ex) {
			return failed(ex.status(), ex);
		}
	}

	private String details(RpcReply<?> reply, Duration elapsed) {
		String server = (reply.server() != null) ? "server " + reply.server() : "a server without a name";
		return " (%s, %.1f ms)".formatted(server, TimeUnit.NANOSECONDS.toMicros(elapsed.toNanos()) / MICROS_PER_MILLI);
	}

	private RpcStatus failed(RpcStatus status, Exception ex) {
		this.errors.println("error: %s: %s".formatted(status, ex.getMessage()));
		return status;
	}

}
