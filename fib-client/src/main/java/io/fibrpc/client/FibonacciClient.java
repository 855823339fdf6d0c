package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcReply;
import io.rabbitrpc.client.RpcTemplate;
import org.springframework.stereotype.Component;

/**
 * Asks a server for Fibonacci numbers. Blocking calls use Boot's {@code RabbitTemplate},
 * which the library replaces by an {@link RpcTemplate}. Asynchronous calls use
 * {@link RpcClient}. Every call ends at most 250 ms after its deadline: in a value, or in
 * an {@link RpcException} whose status says what happened. This class is safe for many
 * threads.
 */
@Component
public final class FibonacciClient {

	private static final String DEFAULT_EXCHANGE = "";

	private final RpcTemplate template;

	private final RpcClient rpc;

	private final String queue;

	FibonacciClient(RpcTemplate template, RpcClient rpc, FibonacciClientProperties properties) {
		this.template = template;
		this.rpc = rpc;
		this.queue = properties.requestQueue();
	}

	/**
	 * The queue that requests go to.
	 * @return its name
	 */
	public String queue() {
		return this.queue;
	}

	/**
	 * The deadline of a call that sets none itself.
	 * @return the time from the settings, or else 5 s
	 */
	public Duration deadline() {
		return this.template.deadline(this.queue);
	}

	/**
	 * Asks for one number and waits for it.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the exact value
	 * @throws RpcException if there is no value. Its {@link RpcException#mayHaveRun} says
	 * whether a server may still have computed it
	 */
	public BigInteger fibonacci(int n) {
		return fibonacci(n, deadline());
	}

	/**
	 * Asks for one number and waits for it.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long to wait at most, from 1 ms to 1 day
	 * @return the exact value
	 * @throws RpcException if there is no value, as in {@link #fibonacci(int)}
	 */
	public BigInteger fibonacci(int n, Duration deadline) {
		Object value = this.template.convertSendAndReceive(DEFAULT_EXCHANGE, this.queue, n, (request) -> {
			RpcTemplate.setDeadline(request, deadline);
			return request;
		});
		return (BigInteger) Objects.requireNonNull(value);
	}

	/**
	 * Asks for one number and returns at once. If there is a value, the future completes
	 * on the thread that reads replies. So code that follows it must not block, or must
	 * have an executor ({@code thenApplyAsync}).
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return a future of the exact value. If the call fails, the future fails with an
	 * {@link RpcException}. To cancel the future ends the call here, but a server may
	 * still run it
	 */
	public CompletableFuture<BigInteger> fibonacciAsync(int n) {
		return this.rpc.queue(this.queue).callAsync(n, BigInteger.class);
	}

	/**
	 * Asks for many numbers, several at a time. Calls are made as the stream is read. If
	 * you close the stream, the calls that have not ended are cancelled.
	 * @param numbers which ones. The stream may be infinite
	 * @param inFlight how many calls are in flight at a time, from 1 to
	 * {@code rabbit.rpc.client.max-in-flight}
	 * @return the exact values in the order of the numbers. Reading a value whose call
	 * failed throws its {@link RpcException}
	 * @throws IllegalArgumentException if {@code inFlight} is less than 1
	 */
	public Stream<BigInteger> fibonacci(IntStream numbers, int inFlight) {
		return this.rpc.queue(this.queue).callAll(numbers.boxed(), inFlight, BigInteger.class);
	}

	/**
	 * Like {@link #fibonacciAsync}, but the result also has the reply's headers.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @param deadline how long the call may take at most, from 1 ms to 1 day
	 * @return the value, and which server gave it after how much work
	 */
	public CompletableFuture<RpcReply<BigInteger>> requestAsync(int n, Duration deadline) {
		return this.rpc.queue(this.queue).deadline(deadline).callForReplyAsync(n, BigInteger.class);
	}

	/**
	 * Like {@link #fibonacci(int)}, but the result also has the reply's headers.
	 * @param n which one, from 0 to the server's {@code fib.server.max-n}
	 * @return the value, and which server gave it after how much work
	 * @throws RpcException if there is no value, as in {@link #fibonacci(int)}
	 */
	public RpcReply<BigInteger> request(int n) {
		return this.rpc.queue(this.queue).callForReply(n, BigInteger.class);
	}

}
