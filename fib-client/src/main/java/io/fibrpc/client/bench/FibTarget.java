package io.fibrpc.client.bench;

import io.fibrpc.client.FibonacciClient;

/**
 * This project's client, as any code would call it.
 */
final class FibTarget implements CallTarget {

	private final FibonacciClient client;

	FibTarget(FibonacciClient client) {
		this.client = client;
	}

	@Override
	public BlockingCalls blocking() {
		return this.client::fibonacci;
	}

	@Override
	public AsyncCalls async() {
		return (n, ended) -> this.client.fibonacciAsync(n).whenComplete(ended);
	}

	@Override
	public void close() {
		// It belongs to the application context
	}

}
