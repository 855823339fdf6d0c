package io.fibrpc.client.bench;

import java.math.BigInteger;

import io.rabbitrpc.RpcException;
import org.jspecify.annotations.Nullable;

import io.fibrpc.client.FibonacciClient;

/**
 * One call before all others: what fails at once need not be measured for minutes.
 */
final class Probe {

	private final FibonacciClient client;

	private final FibonacciTable table;

	Probe(FibonacciClient client, FibonacciTable table) {
		this.client = client;
		this.table = table;
	}

	@Nullable CallFailure call(int n) {
		try {
			BigInteger value = this.client.fibonacci(n);
			return this.table.isRight(n, value) ? null : CallFailure.wrong(n, value);
		}
		catch (RpcException ex) {
			return CallFailure.of(ex);
		}
	}

}
