package io.fibrpc.client;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.rabbitrpc.RpcException;

/**
 * Makes calls ahead of the one whose value is read next, but not more than a few.
 */
final class CallsInOrder implements Iterator<BigInteger> {

	private final FibonacciClient client;

	private final PrimitiveIterator.OfInt numbers;

	private final int inFlight;

	private final Queue<CompletableFuture<BigInteger>> calls = new ArrayDeque<>();

	CallsInOrder(FibonacciClient client, PrimitiveIterator.OfInt numbers, int inFlight) {
		if (inFlight < 1) {
			throw new IllegalArgumentException("inFlight must be 1 or more, not " + inFlight);
		}
		this.client = client;
		this.numbers = numbers;
		this.inFlight = inFlight;
	}

	Stream<BigInteger> stream() {
		Spliterator<BigInteger> values = Spliterators.spliteratorUnknownSize(this,
				Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
		return StreamSupport.stream(values, false).onClose(this::cancel);
	}

	@Override
	public boolean hasNext() {
		while (this.calls.size() < this.inFlight && this.numbers.hasNext()) {
			this.calls.add(this.client.fibonacciAsync(this.numbers.nextInt()));
		}
		return !this.calls.isEmpty();
	}

	@Override
	public BigInteger next() {
		if (!hasNext()) {
			throw new NoSuchElementException("Every number has its value");
		}
		try {
			return this.calls.remove().join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RpcException outcome) {
				throw outcome.forCaller();
			}
			throw ex;
		}
	}

	private void cancel() {
		this.calls.forEach((call) -> call.cancel(false));
		this.calls.clear();
	}

}
