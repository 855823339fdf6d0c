package io.fibrpc.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcTemplate;

/**
 * Asks as any application would: by Boot's {@code RabbitTemplate} where it waits, by
 * {@link RpcClient} where it does not.
 */
final class RabbitFibonacciClient implements FibonacciClient {

	private static final String DEFAULT_EXCHANGE = "";

	private final String requestQueue;

	private final RpcTemplate template;

	private final RpcClient rpc;

	RabbitFibonacciClient(String requestQueue, RpcTemplate template, RpcClient rpc) {
		this.requestQueue = requestQueue;
		this.template = template;
		this.rpc = rpc;
	}

	@Override
	public Duration deadline() {
		return this.template.deadline(this.requestQueue);
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		check(n);
		Object reply = this.template.convertSendAndReceive(DEFAULT_EXCHANGE, this.requestQueue, n, (request) -> {
			RpcTemplate.setDeadline(request, deadline);
			return request;
		});
		return (FibonacciReply) Objects.requireNonNull(reply);
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		try {
			check(n);
		}
		catch (RpcException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.rpc.queue(this.requestQueue).deadline(deadline).callAsync(n, FibonacciReply.class);
	}

	@Override
	public Stream<BigInteger> fibonacci(IntStream numbers, int inFlight) {
		return this.rpc.queue(this.requestQueue)
			.callAll(numbers.boxed(), inFlight, FibonacciReply.class)
			.map(FibonacciReply::value);
	}

	private void check(int n) {
		if (n < 0) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, "n must be 0 or more, not " + n);
		}
	}

}
