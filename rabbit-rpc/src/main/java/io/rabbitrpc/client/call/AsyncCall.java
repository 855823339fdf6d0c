package io.rabbitrpc.client.call;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;

/**
 * A call whose caller gets a future. A large reply is read on its own thread, and the
 * deadline counts until it is read. Callers learn of failures on another thread, because
 * their code must not hold up replies or deadlines.
 *
 * @param <T> the type of the result
 */
final class AsyncCall<T> extends RpcCall {

	private final CallFuture<T> result = new CallFuture<>();

	private final LargeReplies large;

	private final CallThreads threads;

	private final Function<Message, T> converter;

	private final BiConsumer<@Nullable Message, @Nullable Throwable> ended;

	/**
	 * Starts a call.
	 * @param address where its request goes
	 * @param timeout time until its deadline
	 * @param owner told about the call
	 * @param large counts the large replies that wait to be read
	 * @param threads run code that may take long
	 * @param converter makes the result of the reply, or throws
	 * @param ended told how the call ended, before the future completes. It must not
	 * throw
	 */
	AsyncCall(RequestAddress address, Duration timeout, Owner owner, LargeReplies large, CallThreads threads,
			Function<Message, T> converter, BiConsumer<@Nullable Message, @Nullable Throwable> ended) {
		super(address, timeout, owner);
		this.large = large;
		this.threads = threads;
		this.converter = converter;
		this.ended = ended;
		this.result.onCancel(this::cancel);
	}

	CallFuture<T> result() {
		return this.result;
	}

	@Override
	protected void replied(Message reply) {
		if (LargeReplies.isLarge(reply)) {
			try {
				this.threads.readers().execute(() -> readAndRelease(reply));
			}
			catch (RuntimeException | Error ex) {
				// There may be no thread left
				this.large.release(reply);
				throw ex;
			}
		}
		else {
			ReplyThread.give(() -> read(reply));
		}
	}

	private void readAndRelease(Message reply) {
		try {
			if (!isDone()) {
				read(reply);
			}
		}
		finally {
			this.large.release(reply);
		}
	}

	private void read(Message reply) {
		T value = null;
		Throwable failure = null;
		try {
			value = this.converter.apply(reply);
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
		}
		if (end(true)) {
			tell(reply, value, failure);
		}
	}

	@Override
	protected void failed(Throwable failure) {
		if (failure instanceof CancellationException) {
			// The caller has cancelled, on its own thread
			tell(null, null, failure);
		}
		else {
			this.threads.tell(() -> tell(null, null, failure));
		}
	}

	private void tell(@Nullable Message reply, @Nullable T value, @Nullable Throwable failure) {
		this.ended.accept(reply, failure);
		if (failure != null) {
			this.result.completeExceptionally(failure);
		}
		else {
			this.result.complete(value);
		}
	}

}
