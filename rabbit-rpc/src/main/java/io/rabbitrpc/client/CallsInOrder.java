package io.rabbitrpc.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.springframework.util.Assert;

import io.rabbitrpc.RpcException;

/**
 * Makes calls for a stream of requests and gives their values in order. A limited number
 * of calls runs ahead of the value that is read next.
 *
 * @param <R> the requests
 * @param <T> the values
 */
final class CallsInOrder<R, T> implements Iterator<T> {

	private final Iterator<R> requests;

	private final Function<R, CompletableFuture<T>> caller;

	private final int inFlight;

	private final Queue<CompletableFuture<T>> calls = new ArrayDeque<>();

	CallsInOrder(Iterator<R> requests, Function<R, CompletableFuture<T>> caller, int inFlight) {
		Assert.isTrue(inFlight > 0, () -> "inFlight must be 1 or more, not " + inFlight);
		this.requests = requests;
		this.caller = caller;
		this.inFlight = inFlight;
	}

	Stream<T> stream() {
		Spliterator<T> values = Spliterators.spliteratorUnknownSize(this,
				Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
		return StreamSupport.stream(values, false).onClose(this::cancel);
	}

	@Override
	public boolean hasNext() {
		while (this.calls.size() < this.inFlight && this.requests.hasNext()) {
			this.calls.add(this.caller.apply(this.requests.next()));
		}
		return !this.calls.isEmpty();
	}

	@Override
	public T next() {
		if (!hasNext()) {
			throw new NoSuchElementException("Every request has its value");
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
